package io.sluice.video;

import java.util.List;
import java.util.Locale;

/** Names of files that are worth opening as videos, where nobody has said that they are. */
public final class VideoNames {
    /** Lower-case, in order. */
    public static final List<String> EXTENSIONS = List.of(
            "3g2", "3gp", "asf", "avi", "flv", "gif", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "mxf",
            "ogg", "ogv", "ts", "vob", "webm", "wmv");

    private VideoNames() {}

    /** Whether the name is that of a video; hidden and partial files are not. */
    public static boolean isVideo(String name) {
        return !name.startsWith(".") && name.lastIndexOf('.') > 0 && EXTENSIONS.contains(extension(name));
    }

    /** What follows the last dot, in lower case; empty without a dot. */
    public static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
