package io.sluice.assess;

import static io.sluice.assess.Measured.A;
import static io.sluice.assess.Measured.B;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.assess.Standing.Fate;
import io.sluice.recipe.RecipeReader;
import io.sluice.select.Edits;
import io.sluice.select.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuggestionsTest {
    private final Replay replay = new Replay(Measured.stages(), new Selector());
    private final List<MeasuredFrame> frames = new ArrayList<>();

    private Assessment assessment(String yaml) {
        return Assessment.of(Measured.recipe(yaml), frames, Edits.NONE, Measured.stages(), replay);
    }

    private void spread(int count) {
        for (int i = 0; i < count; i++) {
            // sharpness and quality run against each other
            frames.add(Measured.frame(i % 4 == 0 ? B : A, i, 0.5 + 0.4 * i / count, 9.0 - 8.0 * i / count));
        }
    }

    @Test
    void what_is_suggested_gives_what_it_says() {
        spread(100);
        Assessment assessment = assessment("");
        assertThat(assessment.outlook().count(Fate.KEPT)).isEqualTo(100);

        List<Suggestion> suggestions = Suggestions.of(assessment, replay, Goal.ofAll(40));

        assertThat(suggestions)
                .extracting(suggestion -> suggestion.settings().keySet().toString())
                .contains(
                        "[select.goal]",
                        "[blur.threshold]",
                        "[blur.keepSharpest]",
                        "[aesthetic.threshold]",
                        "[aesthetic.keepBest]");
        for (Suggestion suggestion : suggestions) {
            int kept = replay.of(
                            RecipeReader.read(assessment.recipe().canonical(), suggestion.settings()),
                            frames,
                            Edits.NONE)
                    .count(Fate.KEPT);
            assertThat(kept).as(suggestion.toString()).isEqualTo(suggestion.kept());
        }
        assertThat(suggestions.get(0).settings()).isEqualTo(Map.of("select.goal", "40"));
        assertThat(suggestions)
                .allSatisfy(suggestion -> assertThat(suggestion.kept()).isBetween(30, 50));
    }

    @Test
    void a_goal_above_what_is_kept_loosens() {
        spread(100);
        Assessment strict = assessment("blur: {threshold: 0.7}");
        assertThat(strict.outlook().count(Fate.KEPT)).isEqualTo(50);

        List<Suggestion> suggestions = Suggestions.of(strict, replay, Goal.ofAll(80));

        assertThat(suggestions).hasSize(1);
        assertThat(suggestions.get(0).settings()).containsOnlyKeys("blur.threshold");
        assertThat(suggestions.get(0).kept()).isBetween(78, 82);
        assertThat(Suggestions.of(strict, replay, Goal.ofAll(50))).isEmpty();
    }

    @Test
    void of_each_video_so_many() {
        spread(40);

        List<Suggestion> suggestions = Suggestions.of(assessment(""), replay, Goal.ofEachVideo(8));

        assertThat(suggestions.get(0).settings()).isEqualTo(Map.of("select.perVideo", "8"));
        assertThat(suggestions.get(0).kept()).isEqualTo(16);
        assertThat(suggestions.get(0).videosReached()).isEqualTo(2);
    }

    @Test
    void text_and_json_say_the_same() {
        spread(30);
        frames.add(Measured.blurred(A, 500, 0.05));
        Assessment assessment = assessment("");
        Outlook other = replay.of(Measured.recipe("blur: {threshold: 0.01}"), frames, Edits.NONE);
        WhatIf whatIf =
                new WhatIf(Map.of("blur.threshold", "0.01"), other, Difference.between(assessment.outlook(), other));

        String text = AssessmentText.render(assessment, "", Optional.of(whatIf), Optional.of(List.of()));
        var json = AssessmentJson.of(assessment, Optional.of(whatIf), Optional.of(List.of()));

        assertThat(text)
                .startsWith("dataset: 30 frames kept of 31 from 2 videos\n")
                .contains(
                        "sharpness  (blur.threshold: at least 0.100",
                        "       1  blur       blurred",
                        "what if --set blur.threshold=0.01\n  30 frames kept in place of 30: 0 come in, 0 leave\n",
                        "and up to 1 more, which have to be measured first: 1 by detect",
                        "no single threshold comes nearer");
        assertThat(json.path("kept").asInt()).isEqualTo(30);
        assertThat(json.path("keptFrames")).hasSize(30);
        assertThat(json.path("whatIf").path("waitingFrames").path(0).asText())
                .isEqualTo(frames.get(30).frame().id().value());
        assertThat(json.path("filters").findValuesAsText("key")).contains("blur.threshold", "select.similarity");
    }

    @Test
    void the_border_lies_between_the_frames_that_are_nearest_to_it() {
        spread(20);
        Assessment assessment = assessment("blur: {threshold: 0.7}");
        Gauge sharpness = assessment.gauges().stream()
                .filter(gauge -> gauge.scale().key().equals("blur.threshold"))
                .findFirst()
                .orElseThrow();

        assertThat(sharpness.justKept().get(0)).isEqualTo(frames.get(10));
        assertThat(sharpness.justRejected().get(0).frame())
                .isEqualTo(frames.get(9).frame());
        assertThat(sharpness.justRejected()).hasSize(10);
    }
}
