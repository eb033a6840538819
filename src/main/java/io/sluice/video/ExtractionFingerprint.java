package io.sluice.video;

import io.sluice.frame.Fingerprint;
import io.sluice.recipe.Recipe;

/** Fingerprints of what extraction gives under a recipe. */
public final class ExtractionFingerprint {
    /** Raised whenever other frames are chosen, or other pixels or bytes made of them, than before. */
    private static final int VERSION = 2;

    private ExtractionFingerprint() {}

    /** Identity of a frame's pixels and bytes: everything but the choice of frames. */
    public static Fingerprint rendition(Recipe recipe) {
        return Fingerprint.of(
                "rendition",
                VERSION,
                recipe.export().encoding(),
                recipe.export().encoding() == Recipe.Encoding.JPEG
                        ? recipe.export().quality()
                        : 0,
                // An interlaced keyframe that is decoded alone is rendered without its neighbours.
                recipe.extract().decodesKeyframesOnly(),
                recipe.extract().cropBlackBars());
    }

    /** Identity of the set of frames and their renditions. */
    public static Fingerprint of(Recipe recipe) {
        Recipe.Extract extract = recipe.extract();
        return Fingerprint.of(
                "extraction",
                rendition(recipe),
                extract.mode(),
                extract.minFps(),
                extract.maxFps(),
                extract.fromMicros(),
                extract.toMicros(),
                extract.limit(),
                extract.mode() == Recipe.Mode.SCENE ? extract.perShot() : 0);
    }
}
