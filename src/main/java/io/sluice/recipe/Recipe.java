package io.sluice.recipe;

import io.sluice.frame.Fingerprint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What a dataset should be. Made by {@link RecipeReader} only, so every value is in range. The defaults suit a person's first
 * video: no target, nothing removed.
 *
 * @param dataset letters, digits, {@code -} and {@code _}; the name of the dataset's folder
 * @param canonical the whole recipe as JSON with sorted keys, defaults included: equal recipes have equal text
 */
public record Recipe(
        String dataset,
        Assess assess,
        Extract extract,
        Blur blur,
        Blank blank,
        Embed embed,
        Detect detect,
        Aesthetic aesthetic,
        Select select,
        Inpaint inpaint,
        Crop crop,
        Caption caption,
        Export export,
        String canonical) {

    /** Whether the dataset rests after select until it is told to go on. */
    public enum Assess {
        NONE,
        WAIT
    }

    public enum Mode {
        /** Only keyframes, and nothing else is decoded. */
        KEYFRAMES,
        /** Frames on a grid of {@code maxFps}, anchored at the stream's start. */
        RATE,
        /** The sharpest frames of each shot. */
        SCENE
    }

    /**
     * @param minFps frames a second at least, where the video has so many: keyframes that are further apart are helped out by
     *     other frames, and a grid of {@code maxFps} is thinned to it where the picture stands still; empty for none
     * @param maxFps frames a second at most; on the grid {@code k / maxFps} the first frame of each cell is taken
     * @param fromMicros start of the range, since the start of the stream
     * @param toMicros end of the range, exclusive; empty for the end of the video
     * @param limit frames of the video at most, evenly spread over the range; empty for no limit
     * @param perShot frames of each shot at most, in the mode {@code scene}
     * @param cropBlackBars whether black bars around the picture are cut off
     */
    public record Extract(
            Mode mode,
            OptionalDouble minFps,
            double maxFps,
            long fromMicros,
            Optional<Long> toMicros,
            OptionalInt limit,
            int perShot,
            boolean cropBlackBars) {
        /** Whether nothing but keyframes is decoded, so that a frame's neighbours are not known. */
        public boolean decodesKeyframesOnly() {
            return mode == Mode.KEYFRAMES && minFps.isEmpty();
        }
    }

    /**
     * @param threshold absolute, 0 to 1; empty for auto: a low floor while frames stream, and relative to the video in select
     * @param keepSharpest share of each video's frames that select keeps by sharpness, above 0 to 1
     */
    public record Blur(OptionalDouble threshold, OptionalDouble keepSharpest) {}

    /** @param minLumaDeviation frames whose 8-bit luma deviates less are blank */
    public record Blank(double minLumaDeviation) {}

    /**
     * What pictures and words are compared by.
     *
     * @param image {@code auto}, {@code none} or the id of a model that embeds pictures
     * @param text {@code auto} or the id of a model that embeds texts
     */
    public record Embed(String image, String text) {}

    /**
     * Something that a frame is to be like.
     *
     * @param target words, or the absolute path of an example picture
     * @param sha256 of the picture's content, 64 hexadecimal digits; empty for words
     */
    public record Like(String target, String sha256) {
        public boolean isExample() {
            return !sha256.isEmpty();
        }
    }

    public enum Subject {
        ALL,
        LARGEST
    }

    /**
     * @param target labels of the object to keep; empty for no target
     * @param minArea share of the picture that the target covers at least, 0 to 1
     * @param contextShare share of frames without the target that select keeps, 0 to 1
     * @param like what the whole frame is to be like, one of them at least; empty for anything
     * @param minLikeness to words, 0 to 1
     * @param minResemblance cosine with an example, 0 to 1
     * @param method {@code auto} or the id of a model
     */
    public record Detect(
            List<String> target,
            Subject subject,
            double minConfidence,
            double minArea,
            double contextShare,
            List<Like> like,
            double minLikeness,
            double minResemblance,
            String method) {}

    /**
     * @param threshold absolute, 0 to 10
     * @param keepBest share of all frames that select keeps by score, above 0 to 1
     * @param method {@code auto}, {@code photographic-quality} or the id of a model that scores embeddings
     */
    public record Aesthetic(OptionalDouble threshold, OptionalDouble keepBest, String method) {}

    /**
     * @param similarity frames are near-duplicates from this similarity of their hashes on, 0 to 1; empty for the measure's own
     *     threshold
     * @param cosine frames are near-duplicates from this cosine of their embeddings on, 0 to 1; empty for the measure's own
     *     threshold
     * @param goal frames in the dataset at most
     * @param perVideo frames of a video at most
     * @param minSide shorter side in pixels at least
     * @param maxAspect longer side at most, as a multiple of the shorter one
     */
    public record Select(
            OptionalDouble similarity,
            OptionalDouble cosine,
            OptionalInt goal,
            OptionalInt perVideo,
            OptionalInt minSide,
            OptionalDouble maxAspect) {}

    /**
     * @param objects labels to remove
     * @param text whether text is removed
     * @param grow pixels by which masks are grown
     * @param feather pixels over which the filled region is blended, inside the grown mask
     * @param maxArea share of the picture beyond which a frame is left out rather than smeared
     * @param method {@code auto}, {@code telea}, {@code navier-stokes} or the id of an inpainting model
     * @param outline what tells the pixels of objects: {@code auto}, {@code box} or the id of a segmenting model
     * @param textMethod what finds text: {@code auto} or the id of a model
     * @param prompt what a model that is told what to paint paints in the hole; the six that follow are for it as well
     * @param negative what it is not to paint
     * @param sampler how it gets from noise to a picture
     * @param steps of that
     * @param guidance how much the prompt weighs
     * @param strength share of the steps that are made; below 1 what was in the hole shows through
     * @param seed of the noise
     */
    public record Inpaint(
            List<String> objects,
            boolean text,
            int grow,
            int feather,
            double maxArea,
            String method,
            String outline,
            String textMethod,
            String prompt,
            String negative,
            Sampler sampler,
            int steps,
            double guidance,
            double strength,
            int seed) {}

    /** Ways from noise to a picture. */
    public enum Sampler {
        DPM,
        DDIM
    }

    /**
     * What is cut out of a picture after it was cleaned.
     *
     * @param around labels of the objects that are cut out, as one part; empty for the whole picture, which also stays where no
     *     such object is
     * @param subject all of them, or the largest alone
     * @param margin added on each side, as a share of the objects' side
     * @param minSide pixels of each side at least
     * @param maxAspect longer side at most, as a multiple of the shorter one
     */
    public record Crop(List<String> around, Subject subject, double margin, int minSide, double maxAspect) {
        public Crop {
            around = List.copyOf(around);
        }
    }

    public enum CaptionMode {
        /** The trigger, then what was detected. */
        PREFIX,
        /** What was detected, then the trigger. */
        SUFFIX,
        /** The trigger alone. */
        REPLACE,
        /** The trigger where there is nothing else to say, and nowhere else. */
        FILL
    }

    /** What a captioner is to tell, where it can be told. */
    public enum CaptionDetail {
        SHORT,
        DETAILED,
        VERY_DETAILED,
        /** Things, each with a short description. */
        REGIONS,
        /** The text that stands in the picture. */
        TEXT
    }

    /**
     * @param maxTokens of the text model that is trained
     * @param method {@code auto}, {@code names} or the id of a captioner
     * @param prompt how a captioner's sentence is to begin, or what it is asked; empty for its own way
     * @param beams sentences that a captioner follows at once; empty for as many as its manifest says
     * @param maxSeconds after which a captioner is stopped, for each frame
     * @param forbidden words that no caption but the trigger may have
     */
    public record Caption(
            String trigger,
            CaptionMode mode,
            int maxTokens,
            String method,
            String prompt,
            CaptionDetail detail,
            OptionalInt beams,
            int maxSeconds,
            List<String> forbidden) {
        public Caption {
            forbidden = List.copyOf(forbidden);
        }
    }

    public enum Encoding {
        JPEG,
        PNG
    }

    /**
     * @param layout {@code kohya}
     * @param repeats how often a trainer shows each picture in an epoch
     * @param concept words of the folder's name; empty for trigger and target
     * @param encoding how extracted frames are encoded, once
     * @param quality of JPEG, 1 to 100
     */
    public record Export(String layout, int repeats, String concept, Encoding encoding, int quality) {}

    /** Digest of {@link #canonical}: identity of the recipe. */
    public String digest() {
        return Fingerprint.of("recipe", canonical).value();
    }
}
