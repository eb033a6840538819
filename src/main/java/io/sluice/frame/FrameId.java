package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Identity of a frame, made from the video's digest, the stream, the presentation time in stream ticks, and an ordinal that
 * tells frames of equal or missing time apart. Extracting a frame twice gives the same id.
 *
 * <p>The text is {@code <16 digits of the video>_<stream>_<p|n><12 digits of ticks>_<ordinal>}, with {@code n} for a negative
 * time and {@code x000000000000} for a missing one. It serves as a file stem: trainers cut stems at dots and at the fifth
 * underscore, so it has no dot and three underscores.
 */
public record FrameId(@JsonValue String value) implements Comparable<FrameId> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{16}_[0-9]+_([pn][0-9]{12,19}|x0{12})_[0-9]+");

    /** Stands for a presentation time that the container does not give. */
    public static final long NO_TICKS = Long.MIN_VALUE;

    /**
     * @throws IllegalArgumentException if {@code value} is not of the form that {@link #of} makes
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public FrameId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("'" + value + "' is not a frame id: "
                    + "<16 hexadecimal digits>_<stream>_<p or n and the ticks>_<ordinal> is required");
        }
    }

    /**
     * @param stream index of the video stream in the container, from 0
     * @param ticks presentation time in the stream's time base, or {@link #NO_TICKS}
     * @param ordinal 0 for the first frame of that time in the video, 1 for the next; where the time is missing, the count of
     *     such frames before this one
     */
    public static FrameId of(VideoId video, int stream, long ticks, int ordinal) {
        String time = ticks == NO_TICKS
                ? "x000000000000"
                : String.format(Locale.ROOT, "%c%012d", ticks < 0 ? 'n' : 'p', Math.abs(ticks));
        return new FrameId(video.shortForm() + "_" + stream + "_" + time + "_" + ordinal);
    }

    @Override
    public int compareTo(FrameId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
