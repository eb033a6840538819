package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Where all frames of a dataset stand under a recipe, one standing for each.
 *
 * @param standings by video, presentation time and id
 */
public record Outlook(List<Standing> standings) {
    public Outlook {
        standings = List.copyOf(standings);
    }

    /** Ids of frames with this fate, in their natural order. */
    public Set<FrameId> ids(Fate fate) {
        return standings.stream()
                .filter(standing -> standing.fate() == fate)
                .map(standing -> standing.frame().id())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    public int count(Fate fate) {
        return (int)
                standings.stream().filter(standing -> standing.fate() == fate).count();
    }

    /** By id. */
    public Map<FrameId, Standing> byFrame() {
        Map<FrameId, Standing> byFrame = new TreeMap<>();
        standings.forEach(standing -> byFrame.put(standing.frame().id(), standing));
        return byFrame;
    }

    /** Frames that wait, by the stage that has to measure them first. */
    public Map<StageName, Integer> waiting() {
        Map<StageName, Integer> waiting = new TreeMap<>();
        for (Standing standing : standings) {
            if (standing.fate() == Fate.WAITS) {
                waiting.merge(standing.stage(), 1, Integer::sum);
            }
        }
        return waiting;
    }

    /** Rejected frames by stage and reason, in the order of the stages and the words. */
    public List<Reason> reasons() {
        Map<StageName, Map<String, Integer>> counts = new TreeMap<>();
        for (Standing standing : standings) {
            standing.rejection()
                    .ifPresent(rejection -> counts.computeIfAbsent(standing.stage(), stage -> new TreeMap<>())
                            .merge(rejection.reason(), 1, Integer::sum));
        }
        return counts.entrySet().stream()
                .flatMap(stage -> stage.getValue().entrySet().stream()
                        .map(reason -> new Reason(stage.getKey(), reason.getKey(), reason.getValue())))
                .toList();
    }

    /** Frames rejected for this reason, from the one that came closest to its threshold to the one farthest from it. */
    public List<Standing> closest(String reason) {
        return standings.stream()
                .filter(standing -> standing.rejection()
                        .filter(rejection -> rejection.reason().equals(reason))
                        .isPresent())
                .sorted(Comparator.comparingDouble(Outlook::distance)
                        .thenComparing(standing -> standing.frame().id()))
                .toList();
    }

    private static double distance(Standing standing) {
        Rejection rejection = standing.rejection().orElseThrow();
        return Math.abs(rejection.score() - rejection.threshold());
    }

    /** Frames of each video that are kept, by the videos' digests; a video of which none is kept has 0. */
    public Map<String, Integer> keptByVideo() {
        Map<String, Integer> videos = new LinkedHashMap<>();
        for (Standing standing : standings) {
            videos.merge(standing.frame().video().sha256(), standing.fate() == Fate.KEPT ? 1 : 0, Integer::sum);
        }
        return videos;
    }

    /** @param frames how many */
    public record Reason(StageName stage, String word, int frames) {}
}
