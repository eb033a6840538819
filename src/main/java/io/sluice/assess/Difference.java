package io.sluice.assess;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What changes from one outlook of a dataset to another.
 *
 * @param promoted frames that are kept and were not
 * @param demoted frames that were kept and are not, nor wait
 * @param waiting frames that have to be measured before anything can be said, by the stage that comes first
 */
public record Difference(Set<FrameId> promoted, Set<FrameId> demoted, Map<FrameId, String> waiting) {

    public static Difference between(Outlook before, Outlook after) {
        Set<FrameId> keptBefore = before.ids(Fate.KEPT);
        Set<FrameId> promoted = new TreeSet<>(after.ids(Fate.KEPT));
        promoted.removeAll(keptBefore);
        Set<FrameId> demoted = new TreeSet<>(keptBefore);
        demoted.removeAll(after.ids(Fate.KEPT));
        demoted.removeAll(after.ids(Fate.WAITS));
        Map<FrameId, String> waiting = new TreeMap<>();
        for (Standing standing : after.standings()) {
            if (standing.fate() == Fate.WAITS) {
                waiting.put(standing.frame().id(), standing.stage().word());
            }
        }
        return new Difference(promoted, demoted, waiting);
    }
}
