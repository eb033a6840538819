package io.sluice.assess;

import static io.sluice.assess.Measured.A;
import static io.sluice.assess.Measured.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.assess.Standing.Fate;
import io.sluice.frame.FrameId;
import io.sluice.select.Edits;
import io.sluice.select.Selector;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayTest {
    private final Replay replay = new Replay(Measured.stages(), new Selector());

    private final MeasuredFrame sharp = Measured.frame(A, 1, 0.6, 5);
    private final MeasuredFrame soft = Measured.frame(A, 2, 0.4, 6);
    private final MeasuredFrame blurred = Measured.blurred(A, 3, 0.05);
    private final MeasuredFrame other = Measured.frame(B, 1, 0.5, 7);
    private final List<MeasuredFrame> frames = List.of(other, blurred, soft, sharp);

    private Outlook outlook(String yaml, List<MeasuredFrame> frames) {
        return replay.of(Measured.recipe(yaml), frames, Edits.NONE);
    }

    private static FrameId id(MeasuredFrame frame) {
        return frame.frame().id();
    }

    @Test
    void frames_are_judged_again_by_video_and_time() {
        Outlook outlook = outlook("", frames);

        assertThat(outlook.standings())
                .containsExactly(
                        Standing.kept(sharp.frame()),
                        Standing.kept(soft.frame()),
                        Standing.rejected(blurred.frame(), StageName.BLUR, new Rejection("blurred", 0.05, 0.1)),
                        Standing.kept(other.frame()));
        assertThat(outlook.reasons()).containsExactly(new Outlook.Reason(StageName.BLUR, "blurred", 1));
        assertThat(outlook.keptByVideo().values()).containsExactly(2, 1);
    }

    @Test
    void a_stricter_threshold_takes_out_and_select_sees_what_is_left() {
        Outlook outlook = outlook("blur: {threshold: 0.45}\nselect: {perVideo: 1}", frames);

        assertThat(outlook.ids(Fate.KEPT)).containsExactlyInAnyOrder(id(sharp), id(other));
        assertThat(outlook.reasons()).containsExactly(new Outlook.Reason(StageName.BLUR, "blurred", 2));
    }

    @Test
    void a_frame_that_passes_where_it_did_not_waits_for_the_stage_behind() {
        Outlook outlook = outlook("blur: {threshold: 0.01}", frames);

        assertThat(outlook.byFrame()).containsEntry(id(blurred), Standing.waits(blurred.frame(), StageName.DETECT));
        assertThat(outlook.waiting()).containsOnlyKeys(StageName.DETECT);
        assertThat(Difference.between(outlook("", frames), outlook))
                .isEqualTo(new Difference(Set.of(), Set.of(), Map.of(id(blurred), "detect")));
    }

    @Test
    void what_a_stage_could_not_measure_it_cannot_now() {
        Outlook outlook = outlook(
                "blur: {threshold: 0}",
                List.of(Measured.failed(blurred, StageName.DETECT), Measured.failed(sharp, StageName.CAPTION)));

        assertThat(outlook.standings())
                .containsExactly(
                        Standing.failed(sharp.frame(), StageName.CAPTION),
                        Standing.failed(blurred.frame(), StageName.DETECT));
    }

    @Test
    void too_large_a_removal_is_judged_again_where_it_was_measured() {
        MeasuredFrame smeared = Measured.removed(sharp, 0.3);

        assertThat(outlook("", List.of(smeared)).count(Fate.KEPT)).isEqualTo(1);
        assertThat(outlook("inpaint: {maxArea: 0.2}", List.of(smeared)).standings())
                .containsExactly(Standing.rejected(
                        sharp.frame(), StageName.INPAINT, new Rejection("removal-too-large", 0.3, 0.2)));
    }

    @Test
    void a_pin_wins_over_filters_and_select_but_cannot_clean_a_picture() {
        MeasuredFrame smeared = Measured.removed(other, 0.9);
        Edits edits = new Edits(Set.of(id(blurred), id(soft), id(other)), Set.of(id(sharp)));

        Outlook outlook = replay.of(
                Measured.recipe("blur: {threshold: 0.99}\naesthetic: {threshold: 9}"),
                List.of(sharp, soft, blurred, smeared),
                edits);

        assertThat(outlook.byFrame())
                .containsEntry(id(soft), Standing.kept(soft.frame()))
                .containsEntry(id(blurred), Standing.waits(blurred.frame(), StageName.DETECT))
                .containsEntry(
                        id(other),
                        Standing.rejected(
                                other.frame(), StageName.INPAINT, new Rejection("removal-too-large", 0.9, 0.35)));
        assertThat(replay.of(Measured.recipe(""), frames, edits).byFrame())
                .containsEntry(
                        id(sharp), Standing.rejected(sharp.frame(), StageName.SELECT, new Rejection("vetoed", 0, 0)));
    }

    @Test
    void there_and_back_is_where_it_began() {
        Outlook before = outlook("", frames);
        Outlook changed = outlook("blur: {threshold: 0.55}", frames);

        assertThat(Difference.between(before, changed).demoted()).containsExactlyInAnyOrder(id(soft), id(other));
        assertThat(Difference.between(changed, outlook("", frames)).promoted())
                .containsExactlyInAnyOrder(id(soft), id(other));
        assertThat(outlook("", frames)).isEqualTo(before);
    }
}
