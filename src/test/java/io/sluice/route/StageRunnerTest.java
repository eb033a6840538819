package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.catalogue.FrameEdit;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.catalogue.VideoStatus;
import io.sluice.dataset.Report;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.Sharpness;
import io.sluice.model.LoadedModel;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.Measurement;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StageRunnerTest {
    @TempDir
    Path folder;

    private final List<Presence> others = new ArrayList<>();
    private Fixture fixture;
    private List<Frame> frames;
    private final FakeStage blur = new FakeStage(StageName.BLUR);
    private final Pipeline pipeline = new Pipeline(List.of(blur));
    private List<LoadedModel> loaded = List.of();
    private StageRunner runner;

    @BeforeEach
    void open() {
        fixture = new Fixture(folder, "rex");
        frames = fixture.extract(2, 3);
        runner = new StageRunner(
                "run", fixture.catalogue, pipeline, new StageMetrics(new SimpleMeterRegistry()), () -> loaded);
    }

    @AfterEach
    void close() {
        others.forEach(Presence::close);
        fixture.close();
    }

    private List<Outcome> run(List<Frame> batch) {
        return runner.run(StageName.BLUR, "rex", fixture.recipe.digest(), fixture.recipe, batch);
    }

    @Test
    void the_report_of_another_process_says_where_models_have_run() {
        DatasetReport report =
                new DatasetReport(fixture.catalogue, pipeline, new StageMetrics(new SimpleMeterRegistry()), List::of);
        assertThat(report.of("rex").models()).extracting(Report.Model::device).containsExactly("cpu");
        loaded = List.of(
                new LoadedModel("blur", "fake", "1", "cuda"),
                new LoadedModel("blur", "fake", "2", "tensorrt"),
                new LoadedModel("detect", "other", "3", "cuda"));

        run(frames);

        assertThat(report.of("rex").models()).extracting(Report.Model::device).containsExactly("cuda");
        assertThat(fixture.catalogue.<Optional<String>>read(
                        rows -> rows.devices().find("detect", "other", "3")))
                .as("a model that this stage does not use")
                .isEmpty();

        loaded = List.of(new LoadedModel("blur", "fake", "1", "cpu"));
        run(frames);
        assertThat(report.of("rex").models())
                .as("what was measured before is not measured again")
                .extracting(Report.Model::device)
                .containsExactly("cuda");
    }

    @Test
    void what_came_of_each_frame_is_in_the_catalogue() {
        blur.sharpness = frame -> frame.id().equals(frames.get(1).id()) ? 0.25 : 0.75;

        List<Outcome> outcomes = run(frames);

        assertThat(outcomes).hasSize(6);
        assertThat(outcomes.get(1)).isInstanceOf(Outcome.Rejected.class);
        FrameProgress rejected = fixture.progress().get(1);
        assertThat(rejected.stage()).isEqualTo(StageName.BLUR);
        assertThat(rejected.verdict()).isEqualTo(Verdict.REJECTED);
        assertThat(rejected.reason()).contains("blurred");
        assertThat(rejected.score()).hasValue(0.25);
        assertThat(rejected.threshold()).hasValue(0.5);
        assertThat(fixture.progress())
                .filteredOn(p -> p.verdict() == Verdict.KEPT)
                .hasSize(5);
    }

    @Test
    void a_pinned_frame_is_not_rejected() {
        blur.sharpness = frame -> 0.25;
        fixture.catalogue.update(rows -> rows.frameEdits()
                .put("rex", FrameEdit.PIN, List.of(frames.get(1).id())));
        fixture.catalogue.update(rows -> rows.frameEdits()
                .put("rex", FrameEdit.VETO, List.of(frames.get(2).id())));

        run(frames);

        assertThat(fixture.progress())
                .filteredOn(progress -> progress.verdict() == Verdict.KEPT)
                .extracting(FrameProgress::frame)
                .containsExactly(frames.get(1).id());
    }

    @Test
    void what_was_measured_while_the_recipe_changed_is_kept_and_decides_nothing() {
        Recipe next = RecipeReader.read("", Map.of("dataset", "rex", "blur.threshold", "0.3"));
        blur.answers = batch -> {
            fixture.catalogue.update(rows -> {
                rows.datasets().put(next, folder);
                rows.videos().adjust("rex", Fixture.VIDEO, next.digest(), VideoStatus.EXTRACTING);
            });
            return blur.inOrder(batch);
        };

        run(frames);

        assertThat(fixture.progress()).allMatch(progress -> progress.stage() == StageName.EXTRACT);
        blur.answers = batch -> {
            throw new AssertionError("measured again");
        };
        assertThat(runner.run(StageName.BLUR, "rex", next.digest(), next, frames))
                .hasSize(6);
        assertThat(fixture.progress()).allMatch(progress -> progress.stage() == StageName.BLUR);
    }

    @Test
    void answers_in_another_order_reach_their_own_frames() {
        blur.sharpness = frame -> frames.indexOf(frame) / 10.0;
        blur.answers = batch -> {
            List<Measurement> shuffled = new ArrayList<>(blur.inOrder(batch));
            Collections.reverse(shuffled);
            return shuffled;
        };

        for (Outcome outcome : run(frames)) {
            Sharpness sharpness = outcome.frame().annotation(Sharpness.class).orElseThrow();
            assertThat(sharpness.score())
                    .isEqualTo(frames.stream()
                                    .map(Frame::id)
                                    .toList()
                                    .indexOf(outcome.frame().id())
                            / 10.0);
        }
        assertThat(blur.batches).hasSize(1);
    }

    @Test
    void an_answer_for_a_frame_that_was_not_asked_for_is_detected() {
        Frame stranger = frames.get(5);
        blur.answers = batch -> {
            List<Measurement> answers = new ArrayList<>(blur.inOrder(batch));
            answers.set(0, new Measurement.Measured(stranger.id(), FakeStage.sharp(0.9)));
            return answers;
        };

        List<Outcome> outcomes = run(frames.subList(0, 2));

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Failed.class));
        assertThat(((Outcome.Failed) outcomes.get(0)).error())
                .contains("gave no answer for frame '" + frames.get(0).id());
    }

    @Test
    void a_frame_that_cannot_be_measured_fails_alone() {
        FrameId poison = frames.get(2).id();
        blur.answers = batch -> {
            if (batch.stream().anyMatch(frame -> frame.id().equals(poison))) {
                throw new IllegalStateException("tensor of the wrong shape");
            }
            return blur.inOrder(batch);
        };

        List<Outcome> outcomes = run(frames);

        assertThat(outcomes).filteredOn(Outcome.Kept.class::isInstance).hasSize(5);
        assertThat(outcomes.get(2)).isEqualTo(new Outcome.Failed(frames.get(2), "tensor of the wrong shape"));
        assertThat(fixture.progress().get(2).verdict()).isEqualTo(Verdict.FAILED);
    }

    @Test
    void an_infrastructure_fault_fails_no_frame_and_counts_no_attempt() {
        blur.answers = batch -> {
            throw new InfrastructureException("disk is gone", null);
        };
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> run(frames)).isInstanceOf(InfrastructureException.class);
        }

        blur.answers = blur::inOrder;

        assertThat(run(frames)).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Kept.class));
        assertThat(blur.batches.get(5)).hasSize(6);
    }

    @Test
    void a_frame_that_has_twice_killed_the_process_is_measured_alone_and_then_given_up() {
        FrameId killer = frames.get(3).id();
        beginAndDie(killer, 2);

        run(frames);

        assertThat(blur.batches).hasSize(2);
        assertThat(blur.batches.get(0)).hasSize(5).doesNotContain(killer);
        assertThat(blur.batches.get(1)).containsExactly(killer);
    }

    @Test
    void a_frame_that_has_killed_the_process_three_times_fails() {
        FrameId killer = frames.get(3).id();
        beginAndDie(killer, 3);

        List<Outcome> outcomes = run(frames);

        assertThat(outcomes.get(3)).isInstanceOf(Outcome.Failed.class);
        assertThat(((Outcome.Failed) outcomes.get(3)).error()).contains("ended 3 times", "blur");
        assertThat(blur.batches).allSatisfy(batch -> assertThat(batch).doesNotContain(killer));
    }

    @Test
    void a_frame_that_was_handed_over_between_living_processes_is_measured_with_the_others() {
        FrameId frame = frames.get(3).id();
        for (int other = 0; other < 5; other++) {
            Presence presence =
                    new Presence(fixture.catalogue, "other-" + other, Duration.ofMinutes(1), Clock.systemUTC());
            presence.start();
            fixture.catalogue.update(rows ->
                    rows.attempts().begin("blur", List.of("rex/" + frame), presence.run(), System.currentTimeMillis()));
            others.add(presence);
        }

        List<Outcome> outcomes = run(frames);

        assertThat(outcomes).hasSize(6).noneMatch(outcome -> outcome instanceof Outcome.Failed);
        assertThat(blur.batches).hasSize(1);
    }

    @Test
    void handed_over_by_a_process_that_drained_does_not_count_and_by_one_that_was_started_again_does() {
        FrameId frame = frames.get(3).id();
        for (int life = 0; life < 5; life++) {
            Presence drained = new Presence(fixture.catalogue, "drained", Duration.ofMinutes(1), Clock.systemUTC());
            drained.start();
            fixture.catalogue.update(rows ->
                    rows.attempts().begin("blur", List.of("rex/" + frame), drained.run(), System.currentTimeMillis()));
            drained.close();
        }
        for (int life = 0; life < 3; life++) {
            Presence killed = new Presence(fixture.catalogue, "killed", Duration.ofMinutes(1), Clock.systemUTC());
            killed.start();
            others.add(killed);
            int number = fixture.catalogue
                    .<Map<String, Integer>>write(rows -> rows.attempts()
                            .begin("blur", List.of("rex/" + frame), killed.run(), System.currentTimeMillis()))
                    .getOrDefault("rex/" + frame, 0);
            assertThat(number).as("attempts of life %d", life).isEqualTo(life + 1);
        }

        assertThat(run(frames)).as("the last life still seems alive").noneMatch(Outcome.Failed.class::isInstance);
    }

    private void beginAndDie(FrameId frame, int times) {
        for (int i = 0; i < times; i++) {
            fixture.catalogue.update(rows -> rows.attempts().begin("blur", List.of("rex/" + frame), "killed", 0));
        }
    }

    @Test
    void a_frame_is_measured_once_for_a_fingerprint() {
        List<Outcome> first = run(frames);
        List<Outcome> again = run(frames);

        assertThat(again).isEqualTo(first);
        assertThat(blur.batches).hasSize(1);
    }

    @Test
    void a_frame_that_a_later_stage_has_decided_on_is_left_alone() {
        run(frames);
        FrameProgress later = new FrameProgress(
                frames.get(0).id(),
                Fixture.VIDEO,
                0,
                StageName.DETECT,
                Verdict.KEPT,
                java.util.Optional.empty(),
                java.util.OptionalDouble.empty(),
                java.util.OptionalDouble.empty());
        fixture.catalogue.update(rows -> rows.frames().decided("rex", List.of(later)));

        assertThat(run(frames)).hasSize(5);
        assertThat(fixture.progress().get(0).stage()).isEqualTo(StageName.DETECT);
    }

    @Test
    void messages_of_an_older_recipe_or_a_failed_video_are_stale() {
        assertThat(runner.run(StageName.BLUR, "rex", "older", fixture.recipe, frames))
                .isEmpty();

        fixture.catalogue.update(
                rows -> rows.videos().move("rex", Fixture.VIDEO, VideoStatus.FAILED, "broken", VideoStatus.EXTRACTING));

        assertThat(run(frames)).isEmpty();
        assertThat(blur.batches).isEmpty();
    }

    @Test
    void a_frame_delivered_twice_in_a_batch_has_one_outcome() {
        assertThat(run(List.of(frames.get(0), frames.get(0)))).hasSize(1);
    }
}
