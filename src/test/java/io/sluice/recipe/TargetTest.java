package io.sluice.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.frame.Box;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.VideoId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final Detection SMALL = new Detection("dog", 0.9, new Box(0, 0, 10, 10));
    private static final Detection LARGE = new Detection("dog", 0.5, new Box(0, 0, 50, 50));
    private static final Detection CAT = new Detection("cat", 0.9, new Box(0, 0, 40, 40));
    private static final Detection UNSURE = new Detection("dog", 0.39, new Box(0, 0, 90, 90));
    private static final Detection TINY = new Detection("dog", 0.9, new Box(0, 0, 9, 10));

    @Test
    void instances_that_are_sure_and_large_enough_come_by_area() {
        // Of 100 x 100 pixels the default 0.01 is an area of 100.
        assertThat(Target.subjects(detect("target: [dog]"), frame(SMALL, CAT, UNSURE, LARGE, TINY)))
                .containsExactly(LARGE, SMALL);
        assertThat(Target.subjects(detect("target: [dog], subject: largest"), frame(SMALL, LARGE)))
                .containsExactly(LARGE);
        assertThat(Target.subjects(detect("target: [dog, cat], minConfidence: 0.6"), frame(SMALL, CAT, LARGE)))
                .containsExactly(CAT, SMALL);
        assertThat(Target.subjects(detect(""), frame(SMALL))).isEmpty();
    }

    @Test
    void of_a_cropped_picture_what_it_still_shows_counts_with_its_share_of_the_whole() {
        Frame cropped = frame(SMALL, LARGE, new Detection("dog", 0.9, new Box(60, 60, 100, 100)))
                .with(new ImageRef("k", 40, 40, ImageRef.PNG, 1, "0".repeat(64)))
                .with(new Removal(
                        "none", 0, List.of(), List.of(), List.of(), Optional.of(new Crop(0, 0, 40, 40, 100, 100))));

        // LARGE is 50 x 50 and shows 40 x 40 of it.
        assertThat(Target.subjects(detect("target: [dog]"), cropped)).containsExactly(LARGE, SMALL);
        // Of the part alone SMALL would be a sixteenth.
        assertThat(Target.subjects(detect("target: [dog], minArea: 0.02"), cropped))
                .containsExactly(LARGE);
    }

    @Test
    void context_is_a_frame_without_the_target_that_the_recipe_asks_for() {
        assertThat(Target.isContext(detect("target: [dog]"), frame(CAT, TINY))).isTrue();
        assertThat(Target.isContext(detect("target: [dog]"), frame(SMALL))).isFalse();
        assertThat(Target.isContext(detect(""), frame(CAT))).isFalse();
        Frame unmeasured = new Frame(frame().id(), VIDEO, 0, 0, frame().image(), List.of());
        assertThat(Target.isContext(detect("target: [dog]"), unmeasured)).isTrue();
    }

    @Test
    void the_context_share_is_met_over_many_frames_and_grows_by_inclusion() {
        List<FrameId> ids = IntStream.range(0, 4000)
                .mapToObj(i -> FrameId.of(VIDEO, 0, i, 0))
                .toList();
        Recipe.Detect tenth = detect("contextShare: 0.1");
        Recipe.Detect half = detect("contextShare: 0.5");
        List<FrameId> few =
                ids.stream().filter(id -> Target.inContextShare(tenth, id)).toList();
        List<FrameId> many =
                ids.stream().filter(id -> Target.inContextShare(half, id)).toList();
        // Four standard deviations of a fair draw: sqrt(4000 * 0.1 * 0.9) = 19, sqrt(4000 * 0.25) = 32.
        assertThat(few.size()).isCloseTo(400, within(76));
        assertThat(many.size()).isCloseTo(2000, within(128));
        assertThat(many).containsAll(few);
        assertThat(ids).allMatch(id -> Target.inContextShare(detect("contextShare: 1"), id));
        assertThat(ids).noneMatch(id -> Target.inContextShare(detect("contextShare: 0"), id));
    }

    private static Recipe.Detect detect(String keys) {
        return RecipeReader.read("detect: {" + keys + "}", Map.of()).detect();
    }

    private static Frame frame(Detection... objects) {
        ImageRef image = new ImageRef("k", 100, 100, ImageRef.JPEG, 1, "0".repeat(64));
        return new Frame(
                FrameId.of(VIDEO, 0, 0, 0), VIDEO, 0, 0, image, List.of(new Detections("m", List.of(objects))));
    }
}
