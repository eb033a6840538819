package io.sluice.route;

import io.sluice.stage.StageName;
import java.util.List;
import java.util.stream.Stream;

/** The topics: facts in the past tense. */
public enum Topic {
    VIDEOS_ARRIVED,
    SEGMENTS_PLANNED,
    FRAMES_EXTRACTED,
    FRAMES_SHARP,
    FRAMES_DETECTED,
    FRAMES_RATED,
    FRAMES_SELECTED,
    FRAMES_CLEANED,
    FRAMES_CAPTIONED,
    FRAMES_REJECTED,
    FRAMES_FAILED,
    VIDEOS_COMPLETED,
    VIDEOS_FAILED,
    /** Requests that were not taken, each with the reason: dead letters. */
    VIDEOS_REFUSED,
    /** Records that this version cannot read, as they came. */
    RECORDS_PARKED;

    /** Before every topic's name, so that several installations can share a cluster's name space. */
    public static final String PREFIX = "sluice.";

    /** As in the routes: {@code frames.extracted}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '.');
    }

    /** As on the broker: {@code sluice.frames.extracted}. */
    public String fullName() {
        return PREFIX + word();
    }

    /** Whether its records are work between stages, which the catalogue can publish again; the others are facts for others too. */
    public boolean isWork() {
        return this == SEGMENTS_PLANNED || name().startsWith("FRAMES_");
    }

    /**
     * Where the frames go that {@code stage} keeps.
     *
     * @throws IllegalArgumentException for the dataset writer, after which nothing comes
     */
    public static Topic after(StageName stage) {
        return switch (stage) {
            case EXTRACT -> FRAMES_EXTRACTED;
            case BLUR -> FRAMES_SHARP;
            case DETECT -> FRAMES_DETECTED;
            case AESTHETIC -> FRAMES_RATED;
            case SELECT -> FRAMES_SELECTED;
            case INPAINT -> FRAMES_CLEANED;
            case CAPTION -> FRAMES_CAPTIONED;
            case DATASET -> throw new IllegalArgumentException("no topic comes after the dataset writer");
        };
    }

    public static List<String> fullNames() {
        return Stream.of(values()).map(Topic::fullName).toList();
    }
}
