package io.sluice.model;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
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

    /** What a picture shows, in words. */
    public static final Role<CaptionRequest, CaptionAnswer> CAPTION =
            new Role<>("caption", CaptionRequest.of(BLANK, Duration.ofMinutes(1)));

    /** How many tokens a text is to the text model that is trained, without those that every text gets. */
    public static final Role<String, Integer> TOKEN_COUNT = new Role<>("token-count", "a dog");

    private static final List<Role<?, ?>> ALL = List.of(DETECT, TEXT_DETECT, CAPTION, TOKEN_COUNT);

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

    /** Something that every model of this role can answer, to warm it up. */
    I sample() {
        return sample;
    }

    @Override
    public String toString() {
        return word;
    }
}
