package io.sluice.video;

import java.util.Map;
import java.util.TreeMap;

/** The hostile videos among the test assets, and what becomes of each when all its frames are wanted. */
public final class HostileVideos {
    private static final String FRAMES = " frames";

    private HostileVideos() {}

    /** By the file's name: {@code failed: reason}, or the number of frames and what is to be said of those that were lost. */
    public static Map<String, String> endings() {
        Map<String, String> endings = new TreeMap<>();
        return endings;
    }
}
