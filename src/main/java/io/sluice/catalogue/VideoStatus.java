package io.sluice.catalogue;

import java.util.Locale;

/** How far a video has come in a dataset. */
public enum VideoStatus {
    /** Known, not opened yet. */
    ARRIVED,
    /** Planned; frames are extracted and measured. */
    EXTRACTING,
    /** Every frame is measured or out; select may run. */
    MEASURED,
    /** Selected, and waiting for a person to go on. */
    AWAITING_REVIEW,
    /** Selected; chosen frames are inpainted, captioned and written. */
    FINISHING,
    COMPLETED,
    FAILED;

    /** As in the report: lower case with hyphens. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static VideoStatus of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
