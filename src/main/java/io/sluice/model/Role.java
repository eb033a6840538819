package io.sluice.model;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Embedding;
import io.sluice.image.Image;
import io.sluice.image.Mask;
import java.time.Duration;
import java.util.List;

/**
 * A job that a model does.
 *
 * @param <I> what it is asked
 * @param <O> what it answers
 */
public final class Role<I, O> {
    /** Small, and of a colour that means nothing. */
    private static final Image BLANK = new Image(64, 64, new byte[3 * 64 * 64]);

    /** Objects in a picture, with a label and a box. */
    public static final Role<Image, List<Detection>> DETECT = new Role<>("detect", BLANK);

    /** Lines of text in a picture, with their corners. */
    public static final Role<Image, List<TextRegion>> TEXT_DETECT = new Role<>("text-detect", BLANK);

    /** What lines of text in a picture say; an answer for each line. */
    public static final Role<WrittenLines, List<ReadLine>> TEXT_READ = new Role<>(
            "text-read",
            new WrittenLines(BLANK, List.of(new TextRegion(List.of(8.0, 24.0, 56.0, 24.0, 56.0, 40.0, 8.0, 40.0), 1))));

    /** Fills a hole in a picture; the answer is as large as the picture and equal to it outside the hole. */
    public static final Role<Hole, Image> INPAINT = new Role<>("inpaint", new Hole(BLANK, centre(BLANK)));

    /** Which pixels belong to objects; a mask for each object, as large as the picture, empty where the model knows none. */
    public static final Role<Outline, List<Mask>> SEGMENT =
            new Role<>("segment", new Outline(BLANK, List.of(new Detection("person", 1, new Box(16, 16, 48, 48)))));

    /** What a picture shows, as a direction that compares. */
    public static final Role<Image, Embedding> IMAGE_EMBED = new Role<>("image-embed", BLANK);

    /** What a text says, as a direction that compares with those of pictures. */
    public static final Role<String, Embedding> TEXT_EMBED = new Role<>("text-embed", "a photo of a dog");

    /** How good a picture looks by its embedding; 0 to 10 by intent. */
    public static final Role<Embedding, Double> AESTHETIC = new Role<>("aesthetic", Embedding.of(1));

    /** What a picture shows, in words. */
    public static final Role<CaptionRequest, CaptionAnswer> CAPTION =
            new Role<>("caption", CaptionRequest.of(BLANK, Duration.ofMinutes(1)));

    /** How many tokens a text is to the text model that is trained, without those that every text gets. */
    public static final Role<String, Integer> TOKEN_COUNT = new Role<>("token-count", "a dog");

    private static final List<Role<?, ?>> ALL = List.of(
            DETECT, TEXT_DETECT, TEXT_READ, SEGMENT, IMAGE_EMBED, TEXT_EMBED, AESTHETIC, INPAINT, CAPTION, TOKEN_COUNT);

    private final String word;
    private final I sample;

    private Role(String word, I sample) {
        this.word = word;
        this.sample = sample;
    }

    /** All roles, in the order of the pipeline. */
    public static List<Role<?, ?>> all() {
        return ALL;
    }

    /** As manifests, commands and reports write it: {@code detect}, {@code text-detect}. */
    public String word() {
        return word;
    }

    private static Mask centre(Image image) {
        Box middle =
                new Box(image.width() / 4.0, image.height() / 4.0, image.width() * 3 / 4.0, image.height() * 3 / 4.0);
        return Mask.ofBoxes(image.width(), image.height(), List.of(middle));
    }

    /** Something that models of this role can answer, to warm them up, unless {@link ModelSettings#sample} knows better. */
    I sample() {
        return sample;
    }

    @Override
    public String toString() {
        return word;
    }
}
