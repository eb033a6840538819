package io.sluice.stage.detect;

import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Likeness;
import java.util.ArrayList;
import java.util.List;

/**
 * What frames are to be like, as embeddings. An example picture is compared by cosine. The cosines of words with pictures lie close
 * together, high or low by the model, so a bare one says nothing; words are compared with {@link #NEUTRAL} words that fit every
 * picture. Immutable.
 *
 * @param targets in the recipe's order
 * @param neutral embeddings of the neutral words; empty where there are no words to compare with them
 */
record Likenesses(List<Target> targets, List<Embedding> neutral) {
    /**
     * Captions that are as right for one picture as for another. All together weigh as much as the target: it has a likeness of a
     * half where it fits as well as they do.
     */
    static final List<String> NEUTRAL = List.of(
            "a photo",
            "a picture",
            "an image",
            "a photo of something",
            "a frame of a video",
            "a scene",
            "a blurry photo",
            "nothing in particular");

    /** By which CLIP multiplies cosines before softmax; what its training arrives at, and stops at. */
    private static final double SCALE = 100;

    /** @param name words, or the digest of an example picture */
    record Target(String name, boolean example, Embedding embedding) {}

    Likenesses {
        targets = List.copyOf(targets);
        neutral = List.copyOf(neutral);
    }

    /** One for each target, in their order, rounded to 1e-4. */
    List<Likeness> of(Embedding picture) {
        List<Likeness> likenesses = new ArrayList<>();
        for (Target target : targets) {
            double cosine = picture.cosine(target.embedding());
            likenesses.add(new Likeness(
                    target.name(),
                    target.example(),
                    Annotation.round(target.example() ? cosine : share(picture, cosine))));
        }
        return likenesses;
    }

    /** The target's part in a softmax over it and the neutral words. */
    private double share(Embedding picture, double cosine) {
        double others = 0;
        for (Embedding word : neutral) {
            others += Math.exp(SCALE * (picture.cosine(word) - cosine));
        }
        return 1 / (1 + others);
    }
}
