package io.sluice.api;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import io.sluice.route.Adjustment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an adjustment does, told when it is recorded.
 *
 * @param kept frames that select keeps of those that are measured
 * @param promoted frames that come in
 * @param demoted frames that leave
 * @param waiting frames that have to be measured first, by the stage that comes first
 * @param notPromotable frames that would come in, and whose pictures are not in the store any more
 * @param startedOver videos that were not through the filters
 */
record AdjustmentAnswer(
        String dataset,
        int kept,
        List<FrameId> promoted,
        List<FrameId> demoted,
        Map<String, Integer> waiting,
        List<FrameId> notPromotable,
        int startedOver) {

    static AdjustmentAnswer of(Adjustment made) {
        Map<String, Integer> waiting = new TreeMap<>();
        made.outlook().waiting().forEach((stage, frames) -> waiting.put(stage.word(), frames));
        return new AdjustmentAnswer(
                made.recipe().dataset(),
                made.outlook().count(Fate.KEPT),
                List.copyOf(made.difference().promoted()),
                List.copyOf(made.difference().demoted()),
                waiting,
                made.notPromotable(),
                made.startedOver());
    }
}
