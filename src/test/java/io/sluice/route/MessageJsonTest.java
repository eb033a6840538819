package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.frame.VideoId;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageJsonTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));

    @Test
    void a_video_message_comes_back_as_it_was_sent() throws MessageException {
        VideoMessage message = new VideoMessage("rex", "12", VIDEO, Optional.of("a.mp4"));

        assertThat(VideoMessage.parse(message.text())).isEqualTo(message);
        assertThat(message.key()).isEqualTo(VIDEO.sha256());
        assertThat(message.text())
                .isEqualTo("{\"schemaVersion\":\"1.2\",\"dataset\":\"rex\",\"recipe\":\"12\",\"video\":\""
                        + VIDEO.sha256() + "\",\"source\":\"a.mp4\"}");
    }

    @Test
    void a_segment_message_comes_back_as_it_was_sent() throws MessageException {
        SegmentMessage message = new SegmentMessage("rex", "12", VIDEO, 3);

        assertThat(SegmentMessage.parse(message.text())).isEqualTo(message);
        assertThat(message.key()).isEqualTo("abababababababab/3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "1.0", "1.7", "1.10.2"})
    void every_minor_version_is_read(String version) throws MessageException {
        assertThat(MessageJson.parse("{\"schemaVersion\":\"" + version + "\",\"later\":{}}")
                        .has("later"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2.0\"", "\"0.9\"", "\"10.0\"", "\"\"", "\"1x\"", "null", "{}"})
    void another_major_version_is_refused(String version) {
        assertThatThrownBy(() -> MessageJson.parse("{\"schemaVersion\":" + version + "}"))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("schemaVersion")
                .hasMessageContaining("1.x is what this version reads");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"schemaVersion\":\"1.0\",\"dataset\":", "rex", "{} }"})
    void a_text_that_is_not_json_is_refused(String text) {
        assertThatThrownBy(() -> MessageJson.parse(text)).isInstanceOf(MessageException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "1", "null", "\"text\""})
    void json_that_is_no_object_is_refused(String text) {
        assertThatThrownBy(() -> MessageJson.parse(text))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("not a JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dataset", "recipe", "video", "segment"})
    void a_missing_field_is_named(String field) {
        String text = new SegmentMessage("rex", "12", VIDEO, 3).text();

        assertThatThrownBy(() -> SegmentMessage.parse(text.replace("\"" + field + "\"", "\"other\"")))
                .isInstanceOf(MessageException.class)
                .hasMessage("message has no '" + field + "'");
        assertThatThrownBy(() -> SegmentMessage.parse(
                        text.replaceFirst("\"" + field + "\":(\"[^\"]*\"|[0-9]+)", "\"" + field + "\":null")))
                .isInstanceOf(MessageException.class)
                .hasMessage("message has no '" + field + "'");
    }

    @Test
    void a_field_of_another_kind_is_named() {
        String text = new SegmentMessage("rex", "12", VIDEO, 3).text();

        assertThatThrownBy(() -> SegmentMessage.parse(text.replace("\"segment\":3", "\"segment\":\"first\"")))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("'segment' that cannot be read");
        assertThatThrownBy(() -> SegmentMessage.parse(text.replace(VIDEO.sha256(), "abc")))
                .isInstanceOf(MessageException.class)
                .hasMessageContaining("'video' that cannot be read")
                .hasMessageContaining("is not a SHA-256");
    }
}
