package io.sluice.assess;

import io.sluice.frame.AestheticScore;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.Sharpness;
import io.sluice.recipe.Recipe;
import io.sluice.select.Decision;
import io.sluice.select.Edits;
import io.sluice.select.Selector;
import io.sluice.stage.Rejection;
import io.sluice.stage.Stage;
import io.sluice.stage.StageName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Sends kept measurements through the filters, select and inpaint's own threshold once more: the decisions of a run, without its
 * work. A frame that was rejected while frames streamed has no measurements of the stages behind; where the recipe lets it pass
 * there, it waits for these, and select is asked about the others alone.
 */
public final class Replay {
    private static final Comparator<Standing> ORDER = Comparator.comparing(
                    (Standing standing) -> standing.frame().video())
            .thenComparingLong(standing -> standing.frame().timeMicros())
            .thenComparing(standing -> standing.frame().id());

    private final List<Stage> filters;
    private final Optional<Stage> inpaint;
    private final Selector selector;

    /** @param stages of the pipeline, in any order; those before select are the filters */
    public Replay(List<Stage> stages, Selector selector) {
        this.filters = stages.stream()
                .filter(stage -> stage.name().compareTo(StageName.SELECT) < 0)
                .sorted(Comparator.comparing(Stage::name))
                .toList();
        this.inpaint = stages.stream()
                .filter(stage -> stage.name() == StageName.INPAINT)
                .findFirst();
        this.selector = selector;
    }

    /** @param frames with what is kept of them under this recipe; their order is no matter */
    public Outlook of(Recipe recipe, List<MeasuredFrame> frames, Edits edits) {
        List<Standing> standings = new ArrayList<>(frames.size());
        Map<FrameId, MeasuredFrame> passed = new HashMap<>();
        for (MeasuredFrame frame : frames) {
            Optional<Standing> out = filtered(
                    recipe, frame, edits.pinned().contains(frame.frame().id()));
            out.ifPresentOrElse(standings::add, () -> passed.put(frame.frame().id(), frame));
        }
        List<Frame> measured =
                passed.values().stream().map(MeasuredFrame::frame).toList();
        for (Decision decision : selector.select(recipe, measured, edits)) {
            MeasuredFrame frame = Objects.requireNonNull(passed.get(decision.frame()));
            standings.add(
                    decision.isKept()
                            ? chosen(recipe, frame)
                            : Standing.rejected(
                                    frame.frame(),
                                    StageName.SELECT,
                                    decision.rejection().orElseThrow()));
        }
        standings.sort(ORDER);
        return new Outlook(standings);
    }

    /** Where a frame stands that does not get as far as select. */
    private Optional<Standing> filtered(Recipe recipe, MeasuredFrame measured, boolean pinned) {
        Frame frame = measured.frame();
        for (Stage filter : filters) {
            if (measured.failed().filter(filter.name()::equals).isPresent()) {
                return Optional.of(Standing.failed(frame, filter.name()));
            }
            if (!isMeasured(filter.name(), frame)) {
                return Optional.of(Standing.waits(frame, filter.name()));
            }
            Optional<Rejection> rejection = pinned ? Optional.empty() : filter.judge(recipe, frame);
            if (rejection.isPresent()) {
                return Optional.of(Standing.rejected(frame, filter.name(), rejection.get()));
            }
        }
        return Optional.empty();
    }

    /** A pin does not help here: a frame that cannot be cleaned does not go into the dataset as it is. */
    private Standing chosen(Recipe recipe, MeasuredFrame measured) {
        Frame frame = measured.frame();
        Optional<Rejection> rejection = inpaint.flatMap(
                stage -> measured.removal().flatMap(removal -> stage.judge(recipe, frame.with(removal))));
        if (rejection.isPresent()) {
            return Standing.rejected(frame, StageName.INPAINT, rejection.get());
        }
        return measured.failed().map(stage -> Standing.failed(frame, stage)).orElseGet(() -> Standing.kept(frame));
    }

    private static boolean isMeasured(StageName stage, Frame frame) {
        return switch (stage) {
            case BLUR -> frame.annotation(Sharpness.class).isPresent();
            case DETECT -> frame.annotation(Detections.class).isPresent();
            case AESTHETIC -> frame.annotation(AestheticScore.class).isPresent();
            case EXTRACT, SELECT, INPAINT, CAPTION, DATASET ->
                throw new IllegalArgumentException("stage '" + stage.word() + "' is no filter");
        };
    }
}
