package io.sluice.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.stage.Rejection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Report REPORT = new Report(
            "rex",
            83.4,
            37,
            List.of(
                    new Report.Video(
                            "walk.mp4", "ab".repeat(32), "completed", null, List.of("no audio"), 60.0, 900, 300),
                    new Report.Video("broken.mp4", null, "failed", "no moov atom", List.of(), null, 0, 0)),
            List.of(
                    new Report.Stage("extract", 300, 300, 0, 0, Map.of(), null, null, 20.5),
                    new Report.Stage(
                            "blur",
                            300,
                            212,
                            88,
                            0,
                            Map.of("blurred", 86, "blank", 2),
                            0.05,
                            new Report.Scores(0.01, 0.31, 0.82),
                            3.25),
                    new Report.Stage("detect", 212, 100, 110, 2, Map.of("no-target", 110), 0.4, null, 30),
                    new Report.Stage("aesthetic", 100, 100, 0, 0, Map.of(), null, new Report.Scores(3.1, 5.5, 7.25), 9),
                    new Report.Stage("select", 100, 37, 63, 0, Map.of("near-duplicate", 63), 0.9, null, 0.1)),
            List.of(new Report.Model("detect", "yolox-nano", "cd".repeat(32), "cpu")),
            List.of("models run on the CPU"));

    @Test
    void has_the_keys_of_the_documented_form_in_their_order() throws Exception {
        JsonNode json = new JsonMapper().readTree(REPORT.toJson());
        assertThat(keys(json)).containsExactly("dataset", "seconds", "kept", "videos", "stages", "models", "warnings");
        assertThat(keys(json.path("videos").path(1)))
                .containsExactly(
                        "source", "id", "status", "reason", "warnings", "durationSeconds", "decodedFrames", "frames");
        assertThat(keys(json.path("stages").path(1)))
                .containsExactly(
                        "stage", "frames", "kept", "rejected", "failed", "reasons", "threshold", "scores", "seconds");
        assertThat(keys(json.path("stages").path(1).path("reasons"))).containsExactly("blank", "blurred");
        assertThat(keys(json.path("stages").path(1).path("scores"))).containsExactly("min", "median", "max");
        assertThat(keys(json.path("models").path(0))).containsExactly("role", "id", "sha256", "device");
        assertThat(json.path("videos").path(1).path("id").isNull()).isTrue();
        assertThat(json.path("stages").path(0).path("threshold").isNull()).isTrue();
        assertThat(REPORT.toJson()).endsWith("}\n");
    }

    @Test
    void is_read_back_equal() {
        assertThat(Report.fromJson(REPORT.toJson())).isEqualTo(REPORT);
        assertThatThrownBy(() -> Report.fromJson("{\"dataset\": 1, \"x\": 2}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void scores_are_lowest_median_and_best() {
        assertThat(Report.Scores.of()).isNull();
        assertThat(Report.Scores.of(3)).isEqualTo(new Report.Scores(3, 3, 3));
        assertThat(Report.Scores.of(5, 1, 2)).isEqualTo(new Report.Scores(1, 2, 5));
        assertThat(Report.Scores.of(4, 1, 2, 10)).isEqualTo(new Report.Scores(1, 3, 10));
    }

    @Test
    void the_table_says_what_went_in_and_why_frames_went() {
        assertThat(FunnelTable.render(REPORT, List.of())).isEqualTo("""
                rex: 37 frames kept from 2 videos (1 completed, 1 failed) in 1 min 23 s

                  stage       in  kept  rejected  failed  threshold  lowest  median   best  why rejected
                  ---------------------------------------------------------------------------------------------
                  extract    300   300         -       -          -       -       -      -
                  blur       300   212        88       -      0.050   0.010   0.310  0.820  86 blurred, 2 blank
                  detect     212   100       110       2      0.400       -       -      -  110 no-target
                  aesthetic  100   100         -       -          -   3.100   5.500  7.250
                  select     100    37        63       -      0.900       -       -      -  63 near-duplicate

                  warning: walk.mp4: no audio
                  failed: broken.mp4: no moov atom

                  warning: models run on the CPU
                """);
    }

    @Test
    void a_run_that_kept_nothing_says_which_step_took_the_last_frame_and_what_would_have_kept_some() {
        List<Rejection> blanks = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            blanks.add(new Rejection("blank", i == 117 ? 0.4 : 0.1, 3.0));
        }
        Report.Stage blur = new Report.Stage("blur", 300, 0, 300, 0, Map.of("blank", 300), 0.05, null, 1);
        assertThat(lastLine(List.of(stage("extract", 300, 300), blur, stage("detect", 0, 0)), "blur", blanks))
                .isEqualTo("Nothing was kept: blur rejected all 300 frames as blank: blank.minLumaDeviation is 3.0, "
                        + "the best frame has 0.4; a value of 0.4 or below would have kept some.");
    }

    @Test
    void each_reason_is_named_where_there_are_several() {
        List<Rejection> mixed = List.of(
                new Rejection("blurred", 0.01, 0.05),
                new Rejection("blank", 1, 3),
                new Rejection("blurred", 0.0499, 0.05));
        Report.Stage blur = new Report.Stage("blur", 4, 0, 3, 1, Map.of("blank", 1, "blurred", 2), 0.05, null, 1);
        assertThat(lastLine(List.of(blur), "blur", mixed))
                .isEqualTo("Nothing was kept: blur rejected 3 of 4 frames and failed on 1 of 4 frames: "
                        + "2 as blurred, blur.threshold is 0.05, the best frame has 0.0499; a value of 0.0499 or below "
                        + "would have kept some; 1 as blank, blank.minLumaDeviation is 3.0, the best frame has 1.0; "
                        + "a value of 1.0 or below would have kept some.");
    }

    @Test
    void a_threshold_that_frames_must_not_exceed_is_raised() {
        Report.Stage inpaint = new Report.Stage("inpaint", 2, 0, 2, 0, Map.of("too-large", 2), 0.35, null, 1);
        assertThat(lastLine(
                        List.of(inpaint),
                        "inpaint",
                        List.of(new Rejection("too-large", 0.9, 0.35), new Rejection("too-large", 0.5, 0.35))))
                .endsWith(
                        "inpaint's threshold is 0.35, the best frame has 0.5; a value of 0.5 or above would have kept some.");
    }

    @Test
    void sizes_are_whole_numbers() {
        Report.Stage select = new Report.Stage("select", 1, 0, 1, 0, Map.of("too-small", 1), null, null, 1);
        assertThat(lastLine(List.of(select), "select", List.of(new Rejection("too-small", 480, 512))))
                .isEqualTo("Nothing was kept: select rejected the only frame as too-small: select.minSide is 512, "
                        + "the best frame has 480; a value of 480 or below would have kept some.");
    }

    @Test
    void nothing_kept_is_explained_without_any_rejection() {
        assertThat(lastLine(List.of(), "blur", List.of())).contains("no frame was extracted from 1 video");
        assertThat(lastLine(List.of(stage("extract", 0, 0)), "blur", List.of()))
                .contains("no frame was extracted from 1 video");
        Report.Stage failing = new Report.Stage("detect", 5, 0, 0, 5, Map.of(), null, null, 1);
        assertThat(lastLine(List.of(stage("extract", 5, 5), failing), "detect", List.of()))
                .isEqualTo("Nothing was kept: detect failed on all 5 frames.");
        assertThat(FunnelTable.render(new Report("rex", 0, 0, List.of(), List.of(), List.of(), List.of()), List.of()))
                .contains("there was no video");
    }

    @Test
    void a_dataset_that_awaits_review_is_no_failure() {
        Report report = new Report(
                "rex",
                1,
                0,
                List.of(new Report.Video("a.mp4", "ab".repeat(32), "awaiting-review", null, List.of(), 1.0, 1, 1)),
                List.of(stage("extract", 9, 9), stage("select", 9, 4)),
                List.of(),
                List.of());
        assertThat(FunnelTable.render(report, List.of()))
                .startsWith("rex: no frames kept from 1 video (awaiting-review) in 1.0 s\n")
                .endsWith("\nNothing is in the dataset yet: 4 frames passed select and await review.\n");
    }

    @Test
    void rejections_are_summed_by_reason_whatever_their_order() {
        List<Rejection> all = new ArrayList<>(List.of(
                new Rejection("b", 1, 3),
                new Rejection("a", 7, 8),
                new Rejection("b", 2.5, 3),
                new Rejection("b", 0, 3)));
        List<Rejections> expected = List.of(new Rejections("s", "a", 1, 8, 7), new Rejections("s", "b", 3, 3, 2.5));
        assertThat(Rejections.of("s", all)).isEqualTo(expected);
        Collections.reverse(all);
        assertThat(Rejections.of("s", all)).isEqualTo(expected);
    }

    private static String lastLine(List<Report.Stage> stages, String stage, List<Rejection> rejections) {
        Report report = new Report(
                "rex",
                12.34,
                0,
                List.of(new Report.Video("a.mp4", "ab".repeat(32), "completed", null, List.of(), 1.0, 1, 1)),
                stages,
                List.of(),
                List.of());
        List<String> lines = FunnelTable.render(report, Rejections.of(stage, rejections))
                .lines()
                .toList();
        return lines.get(lines.size() - 1);
    }

    private static Report.Stage stage(String word, int frames, int kept) {
        return new Report.Stage(word, frames, kept, frames - kept, 0, Map.of(), null, null, 1);
    }

    private static List<String> keys(JsonNode node) {
        List<String> keys = new ArrayList<>();
        node.fieldNames().forEachRemaining(keys::add);
        return keys;
    }
}
