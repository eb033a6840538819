package io.sluice.route;

import io.sluice.catalogue.SeenObject;
import io.sluice.frame.Fingerprint;
import io.sluice.video.VideoNames;
import java.time.Duration;

/**
 * Where in a bucket videos come from, and how they are taken. Below the prefix, the first folder names the dataset, as in the
 * inbox.
 *
 * @param bucket its name
 * @param prefix of the keys, empty or with {@code /} at its end
 * @param lease how long a claim holds that is not renewed
 * @param removeCompleted whether an object is deleted when its video is completed
 * @param deadLetterTopic where notifications go that cannot be read
 */
public record BucketIngest(
        String bucket, String prefix, Duration lease, boolean removeCompleted, String deadLetterTopic) {

    /** Name of the dataset that an object of this key is for. */
    String folder(String key) {
        String rest = key.substring(prefix.length());
        int slash = rest.indexOf('/');
        return slash < 0 ? TakeFromInbox.DEFAULT_DATASET : rest.substring(0, slash);
    }

    /** Key of the recipe that goes with an object. */
    String recipe(String key) {
        String rest = key.substring(prefix.length());
        return prefix + rest.substring(0, rest.indexOf('/') + 1) + TakeFromInbox.RECIPE;
    }

    /** What follows the last {@code /}. */
    static String name(String key) {
        return key.substring(key.lastIndexOf('/') + 1);
    }

    /**
     * Name of an object's file in scratch space: of its identity alone, so that no key, whatever it looks like, becomes part of a
     * path.
     */
    static String scratchName(SeenObject object) {
        return Fingerprint.of("object", object.bucket(), object.key(), object.version())
                        .value()
                + "." + VideoNames.extension(name(object.key()));
    }
}
