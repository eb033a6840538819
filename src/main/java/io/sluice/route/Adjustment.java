package io.sluice.route;

import io.sluice.assess.Difference;
import io.sluice.assess.Outlook;
import io.sluice.frame.FrameId;
import io.sluice.recipe.Recipe;
import java.util.List;

/**
 * What an adjustment does.
 *
 * @param recipe that the dataset has now
 * @param outlook of the dataset under it
 * @param difference from the outlook before
 * @param notPromotable frames that would come in, and cannot: their pictures are not in the store any more
 * @param startedOver videos that were still extracted or waiting for it
 */
public record Adjustment(
        Recipe recipe, Outlook outlook, Difference difference, List<FrameId> notPromotable, int startedOver) {
    public Adjustment {
        notPromotable = List.copyOf(notPromotable);
    }
}
