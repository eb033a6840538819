package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Caption;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.stage.Outcome;
import io.sluice.stage.Rejection;
import io.sluice.stage.StageName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameMessageTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final Frame FRAME = new Frame(
            FrameId.of(VIDEO, 0, 512, 0),
            VIDEO,
            3,
            1_000,
            new ImageRef("a/b.jpg", 64, 48, ImageRef.JPEG, 9, "cd".repeat(32)),
            List.of(new Sharpness(0.5, 0.1, 0.2, 31.5, 100.25, 40)));

    @Test
    void a_message_comes_back_as_it_was_sent() throws MessageException {
        FrameMessage message =
                FrameMessage.parse(FrameMessage.of("rex", "12", FRAME.with(new Caption("größer 犬", "names")))
                        .text());

        assertThat(message.dataset()).isEqualTo("rex");
        assertThat(message.recipe()).isEqualTo("12");
        assertThat(message.frame()).isEqualTo(FRAME.with(new Caption("größer 犬", "names")));
        assertThat(message.key()).isEqualTo("abababababababab/3");
    }

    @Test
    void a_frame_that_is_kept_goes_on_with_what_was_measured_and_its_new_picture() throws Exception {
        ImageRef clean = new ImageRef("a/clean.png", 64, 48, ImageRef.PNG, 10, "ef".repeat(32));
        Frame measured =
                FRAME.with(new AestheticScore("photographic-quality", 6, "00")).with(clean);
        FrameMessage after = FrameMessage.of("rex", "12", FRAME).after(StageName.AESTHETIC, new Outcome.Kept(measured));

        assertThat(after.frame()).isEqualTo(measured);
        assertThat(FrameMessage.parse(after.text()).frame()).isEqualTo(measured);
        JsonNode json = JSON.readTree(after.text());
        assertThat(json.path("stage").asText()).isEqualTo("aesthetic");
        assertThat(json.has("rejection")).isFalse();
        assertThat(json.has("error")).isFalse();
    }

    @Test
    void a_measurement_made_again_replaces_the_first() throws MessageException {
        Frame again = FRAME.with(new Sharpness(0.75, 0, 0, 0, 0, 0));
        FrameMessage after = FrameMessage.of("rex", "12", FRAME).after(StageName.BLUR, new Outcome.Kept(again));

        assertThat(FrameMessage.parse(after.text()).frame()).isEqualTo(again);
    }

    @Test
    void fields_that_a_newer_version_has_added_pass_through() throws Exception {
        ObjectNode newer =
                (ObjectNode) JSON.readTree(FrameMessage.of("rex", "12", FRAME).text());
        newer.put("schemaVersion", "1.4");
        newer.put("later", "a");
        ObjectNode frame = (ObjectNode) newer.get("frame");
        frame.put("later", "b");
        ((ObjectNode) frame.get("image")).put("later", "c");
        ((ObjectNode) frame.get("annotations").get(0)).put("later", "d");

        Frame rated = FRAME.with(new AestheticScore("photographic-quality", 6, "00"));
        JsonNode after = JSON.readTree(FrameMessage.parse(newer.toString())
                .after(StageName.AESTHETIC, new Outcome.Kept(rated))
                .text());

        assertThat(after.path("schemaVersion").asText()).isEqualTo("1.4");
        assertThat(after.path("later").asText()).isEqualTo("a");
        assertThat(after.path("frame").path("later").asText()).isEqualTo("b");
        assertThat(after.path("frame").path("image").path("later").asText()).isEqualTo("c");
        assertThat(after.path("frame").path("annotations").path(0).path("later").asText())
                .isEqualTo("d");
        assertThat(after.path("frame").path("annotations")).hasSize(2);
    }

    @Test
    void a_message_is_not_changed_by_what_comes_after_it() {
        FrameMessage message = FrameMessage.of("rex", "12", FRAME);
        String before = message.text();
        message.after(StageName.BLUR, new Outcome.Failed(FRAME, "x"));

        assertThat(message.text()).isEqualTo(before);
    }

    @Test
    void a_rejection_and_a_failure_say_why() throws Exception {
        FrameMessage message = FrameMessage.of("rex", "12", FRAME);
        JsonNode rejected = JSON.readTree(
                message.after(StageName.BLUR, new Outcome.Rejected(FRAME, new Rejection("blurred", 0.25, 0.5)))
                        .text());
        JsonNode failed = JSON.readTree(message.after(StageName.BLUR, new Outcome.Failed(FRAME, "no picture"))
                .text());

        assertThat(rejected.path("rejection"))
                .isEqualTo(JSON.readTree("{\"reason\":\"blurred\",\"score\":0.25,\"threshold\":0.5}"));
        assertThat(rejected.has("error")).isFalse();
        assertThat(failed.path("error").asText()).isEqualTo("no picture");
        assertThat(failed.has("rejection")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dataset", "recipe", "frame"})
    void a_missing_field_is_named(String field) throws Exception {
        ObjectNode json =
                (ObjectNode) JSON.readTree(FrameMessage.of("rex", "12", FRAME).text());
        json.remove(field);

        assertThatThrownBy(() -> FrameMessage.parse(json.toString()))
                .isInstanceOf(MessageException.class)
                .hasMessage("message has no '" + field + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "video", "image", "annotations"})
    void a_frame_without_a_part_is_refused(String part) throws Exception {
        ObjectNode json =
                (ObjectNode) JSON.readTree(FrameMessage.of("rex", "12", FRAME).text());
        ((ObjectNode) json.get("frame")).remove(part);

        assertThatThrownBy(() -> FrameMessage.parse(json.toString()))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("'frame' that cannot be read")
                .hasMessageContaining(part);
    }

    @Test
    void a_picture_without_a_key_is_refused() throws Exception {
        ObjectNode json =
                (ObjectNode) JSON.readTree(FrameMessage.of("rex", "12", FRAME).text());
        ((ObjectNode) json.get("frame").get("image")).remove("key");

        assertThatThrownBy(() -> FrameMessage.parse(json.toString()))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("key");
    }

    @Test
    void a_measurement_of_an_unknown_kind_is_refused() {
        String text = FrameMessage.of("rex", "12", FRAME).text().replace("\"sharpness\"", "\"smell\"");

        assertThatThrownBy(() -> FrameMessage.parse(text))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("smell");
    }
}
