package io.sluice.stage.caption;

import io.sluice.frame.Caption;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Recipe.CaptionMode;
import io.sluice.recipe.Target;
import io.sluice.stage.FrameByFrame;
import io.sluice.stage.Measurement;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import io.sluice.store.FrameImages;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Captions a frame with the trigger and a description: a captioner's sentence where there is one, else the detected names.
 *
 * <p>Frames that show the surroundings without the target go without the trigger, or the trainer would learn the one for the
 * other. Where nothing is left to say, the concept's words stand, or the dataset's name. {@code maxTokens} is kept by words:
 * each counts {@value #TOKENS_PER_WORD} tokens and whole words are cut off the end of the description, never off the trigger.
 * No caption is rejected.
 */
@ApplicationScoped
@Named("caption")
public class CaptionStage implements Stage {
    /** Changes whenever the same frame and recipe would give another caption. */
    private static final String VERSION = "1";

    private static final String NAMES = "names";

    /** CLIP's tokenizer makes 1.2 to 1.4 tokens of an English word with its punctuation. */
    private static final double TOKENS_PER_WORD = 1.4;

    /** Words that promise another one. */
    private static final Pattern DANGLING =
            Pattern.compile("([,;:]| (and|an?|the|with|of|in|on|two|three|four|five|six|seven|eight|nine|ten|many))+$");

    private final FrameImages images;
    private final Optional<Model<Image, String>> captioner;

    /** @param captioner says a sentence about a picture; empty where there is none */
    @Inject
    public CaptionStage(FrameImages images, Optional<Model<Image, String>> captioner) {
        this.images = images;
        this.captioner = captioner;
    }

    @Override
    public StageName name() {
        return StageName.CAPTION;
    }

    @Override
    public Fingerprint fingerprint(Recipe recipe) {
        return Fingerprint.of(
                name().word(),
                VERSION,
                captioner.map(Model::sha256).orElse(NAMES),
                recipe.caption().trigger(),
                recipe.caption().mode(),
                recipe.caption().maxTokens(),
                recipe.detect().target(),
                recipe.detect().subject(),
                recipe.detect().minConfidence(),
                recipe.detect().minArea(),
                recipe.inpaint().objects(),
                recipe.export().concept(),
                recipe.dataset());
    }

    @Override
    public List<Measurement> measure(Recipe recipe, List<Frame> frames) {
        return FrameByFrame.measure(frames, frame -> new Measured(frame.id(), caption(recipe, frame)));
    }

    @Override
    public Optional<Rejection> judge(Recipe recipe, Frame measured) {
        return Optional.empty();
    }

    private Caption caption(Recipe recipe, Frame frame) {
        boolean context = Target.isContext(recipe.detect(), frame);
        String trigger = context ? "" : line(recipe.caption().trigger());
        if (recipe.caption().mode() == CaptionMode.REPLACE && !trigger.isEmpty()) {
            return new Caption(trigger, NAMES);
        }
        String sentence = captioner
                .map(model ->
                        line(model.infer(List.of(images.read(frame.image()))).get(0)))
                .orElse("");
        String method = sentence.isEmpty() ? NAMES : captioner.map(Model::id).orElse(NAMES);
        String description = sentence.isEmpty() ? NamesCaption.of(recipe, frame) : sentence;
        if (description.isEmpty() && trigger.isEmpty()) {
            description = fallback(recipe);
        }
        int words = (int) (recipe.caption().maxTokens() / TOKENS_PER_WORD) - words(trigger);
        // Something must stand: a trainer stops at an empty caption.
        description = cut(description, Math.max(words, trigger.isEmpty() ? 1 : 0));
        Stream<String> parts = recipe.caption().mode() == CaptionMode.SUFFIX
                ? Stream.of(description, trigger)
                : Stream.of(trigger, description);
        return new Caption(parts.filter(part -> !part.isEmpty()).collect(Collectors.joining(", ")), method);
    }

    /** The name of a dataset always has a letter, digit, dash or underscore; of dashes alone it stands as it is. */
    private static String fallback(Recipe recipe) {
        String concept = line(recipe.export().concept());
        if (!concept.isEmpty()) {
            return concept;
        }
        String words = line(recipe.dataset().replace('_', ' ').replace('-', ' '));
        return words.isEmpty() ? recipe.dataset() : words;
    }

    private static String line(String text) {
        return text.strip().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    private static int words(String text) {
        return text.isEmpty() ? 0 : text.split(" ").length;
    }

    private static String cut(String text, int words) {
        String[] all = text.split(" ");
        if (all.length <= words) {
            return text;
        }
        String start = Stream.of(all).limit(words).collect(Collectors.joining(" "));
        return DANGLING.matcher(start).replaceFirst("");
    }
}
