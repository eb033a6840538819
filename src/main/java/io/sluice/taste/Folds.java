package io.sluice.taste;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Frames in parts that are left out in turn. Where videos are enough, all frames of a video are in one part; else the videos are cut
 * into stretches of time, so that only frames at a cut have a neighbour in another part.
 *
 * @param count of parts, from 3 to 5
 * @param of the part of each frame, in the order of the frames
 */
record Folds(boolean byVideo, int count, int... of) {
    static final int MOST = 5;

    /** With two, nothing would be left to choose the regularisation by. */
    static final int LEAST = 3;

    /** @param frames in the order of video, time and id */
    static Folds of(List<SeenFrame> frames) {
        Map<String, Integer> sizes = new TreeMap<>();
        frames.forEach(frame -> sizes.merge(frame.video(), 1, Integer::sum));
        if (sizes.size() >= LEAST && 2 * Collections.max(sizes.values()) <= frames.size()) {
            return byVideo(frames, sizes);
        }
        int[] of = new int[frames.size()];
        for (int i = 0; i < of.length; i++) {
            of[i] = (int) ((long) i * MOST / of.length);
        }
        return new Folds(false, MOST, of);
    }

    /** The largest video first, each to the part that has least. */
    private static Folds byVideo(List<SeenFrame> frames, Map<String, Integer> sizes) {
        int count = Math.min(MOST, sizes.size());
        List<Map.Entry<String, Integer>> largest = new ArrayList<>(sizes.entrySet());
        largest.sort(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()));
        int[] filled = new int[count];
        Map<String, Integer> parts = new HashMap<>();
        for (Map.Entry<String, Integer> video : largest) {
            int part = 0;
            for (int candidate = 1; candidate < count; candidate++) {
                if (filled[candidate] < filled[part]) {
                    part = candidate;
                }
            }
            filled[part] += video.getValue();
            parts.put(video.getKey(), part);
        }
        return new Folds(
                true,
                count,
                frames.stream()
                        .mapToInt(frame -> parts.getOrDefault(frame.video(), 0))
                        .toArray());
    }
}
