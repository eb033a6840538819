package io.sluice.catalogue;

import java.util.Arrays;
import java.util.Locale;

/** What has become of an object of a bucket. */
public enum ObjectStatus {
    /** To be taken. */
    SEEN,
    /** Its video is in its dataset. */
    TAKEN,
    /** Its dataset's recipe is not allowed; it is taken up when there is another one. */
    REFUSED,
    /** No video. */
    PASSED_OVER,
    /** Not in the bucket any more when it was its turn. */
    GONE,
    /** Deleted from the bucket because its video was completed. */
    REMOVED,
    /** No video but the recipe of those beside it. */
    RECIPE,
    /** Named by a request, and only known so: nobody is to take it into the dataset of its folder. */
    REQUESTED;

    /** As in the table: {@code passed-over}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ObjectStatus of(String word) {
        return Arrays.stream(values())
                .filter(status -> status.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("catalogue: status '" + word + "' of an object"));
    }
}
