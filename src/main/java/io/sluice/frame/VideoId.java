package io.sluice.frame;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Identity of a video: the SHA-256 of its content, as 64 lower-case hexadecimal digits. The name and place of the file do not
 * count, so a copy is the same video.
 */
public record VideoId(@JsonValue String sha256) implements Comparable<VideoId> {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /**
     * @throws IllegalArgumentException if {@code sha256} is not 64 lower-case hexadecimal digits
     */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public VideoId {
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException(
                    "video id '" + sha256 + "' is not a SHA-256: 64 digits of 0-9 and a-f are required");
        }
    }

    /** The first 16 digits: short enough for file names, long enough that two videos never share it by chance. */
    public String shortForm() {
        return sha256.substring(0, 16);
    }

    @Override
    public int compareTo(VideoId other) {
        return sha256.compareTo(other.sha256);
    }

    @Override
    public String toString() {
        return sha256;
    }
}
