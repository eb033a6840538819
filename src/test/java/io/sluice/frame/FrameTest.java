package io.sluice.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameTest {
    private static final VideoId VIDEO = new VideoId("0123456789abcdef".repeat(4));
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            // As messages are read.
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .build();
    private static final Frame FULL = new Frame(
            FrameId.of(VIDEO, 0, 12800, 0),
            VIDEO,
            3,
            1_000_000,
            new ImageRef("0123456789abcdef/x/y.png", 640, 480, ImageRef.PNG, 12_345, "ab".repeat(32)),
            List.of(
                    new Sharpness(0.5, 0.1, 0.2, 31.5, 100.25, 40),
                    new Detections("yolox", List.of(new Detection("dog", 0.9, new Box(1, 2.5, 400, 300)))),
                    new AestheticScore("photographic-quality", 6.25, "00ff00ff00ff00ff"),
                    new Removal(
                            "telea",
                            0.02,
                            List.of(new Detection("cup", 0.7, new Box(5, 6, 7, 8))),
                            List.of(List.of(1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 1.0, 4.0)),
                            List.of("SALE")),
                    new Caption("rex dog, größer 犬", "names")));

    @Test
    void an_id_says_video_stream_time_and_ordinal() {
        assertThat(FrameId.of(VIDEO, 1, 12800, 2)).hasToString("0123456789abcdef_1_p000000012800_2");
        assertThat(FrameId.of(VIDEO, 0, -5, 0)).hasToString("0123456789abcdef_0_n000000000005_0");
        assertThat(FrameId.of(VIDEO, 0, FrameId.NO_TICKS, 7)).hasToString("0123456789abcdef_0_x000000000000_7");
        assertThat(FrameId.of(VIDEO, 0, Long.MAX_VALUE, 0)).hasToString("0123456789abcdef_0_p9223372036854775807_0");
        assertThat(FrameId.of(VIDEO, 0, -Long.MAX_VALUE, 0)).hasToString("0123456789abcdef_0_n9223372036854775807_0");
    }

    @Test
    void an_id_is_a_stem_that_trainers_do_not_cut() {
        for (long ticks : new long[] {0, -1, FrameId.NO_TICKS, Long.MAX_VALUE}) {
            assertThat(FrameId.of(VIDEO, 12, ticks, 345).value())
                    .doesNotContain(".", "/", " ")
                    .matches(id -> id.chars().filter(c -> c == '_').count() < 5);
        }
    }

    @Test
    void ids_of_a_stream_sort_by_time() {
        List<FrameId> ids = LongStream.of(0, 1, 9, 10, 99, 100, 512, 12800, 999_999_999_999L)
                .mapToObj(ticks -> FrameId.of(VIDEO, 0, ticks, 0))
                .toList();
        assertThat(ids).isSorted();
        assertThat(FrameId.of(VIDEO, 0, -1, 0)).isLessThan(FrameId.of(VIDEO, 0, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mine",
                "0123456789abcde_0_p000000000000_0",
                "0123456789ABCDEF_0_p000000000000_0",
                "0123456789abcdef_0_p0_0",
                "0123456789abcdef_0_q000000000000_0",
                "0123456789abcdef_0_x000000000001_0",
                "0123456789abcdef_0_p000000000000",
                "0123456789abcdef_0_p000000000000_0.jpg",
                "../0123456789abcdef_0_p000000000000_0"
            })
    void another_text_is_no_id(String text) {
        assertThatThrownBy(() -> new FrameId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + text + "' is not a frame id");
    }

    @Test
    void an_ordinal_or_stream_below_zero_is_refused() {
        assertThatThrownBy(() -> FrameId.of(VIDEO, 0, 0, -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FrameId.of(VIDEO, -1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "0123456789abcdef", "G"})
    void a_video_id_is_a_sha256(String text) {
        assertThatThrownBy(() -> new VideoId(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void a_frame_with_every_annotation_is_read_back_equal() throws Exception {
        String json = JSON.writeValueAsString(FULL);
        assertThat(JSON.readValue(json, Frame.class)).isEqualTo(FULL);
        Removal removal = FULL.annotation(Removal.class).orElseThrow();
        Frame cropped = FULL.with(new Removal(
                removal.method(),
                removal.areaShare(),
                removal.objects(),
                removal.textRegions(),
                removal.texts(),
                Optional.of(new Crop(1, 2, 30, 40, 640, 480))));
        assertThat(JSON.readValue(JSON.writeValueAsString(cropped), Frame.class))
                .isEqualTo(cropped);
        assertThat(JSON.readTree(JSON.writeValueAsString(cropped))
                        .findValue("crop")
                        .fieldNames())
                .toIterable()
                .containsExactly("left", "top", "right", "bottom", "ofWidth", "ofHeight");
        Frame bare = new Frame(FULL.id(), VIDEO, 0, 0, FULL.image(), List.of());
        assertThat(JSON.readValue(JSON.writeValueAsString(bare), Frame.class)).isEqualTo(bare);
    }

    @Test
    void a_removal_from_before_there_were_texts_is_read() throws Exception {
        String json = "{\"type\":\"removal\",\"method\":\"none\",\"areaShare\":0.0,\"objects\":[],\"textRegions\":[]}";
        assertThat(JSON.readValue(json, Annotation.class)).isEqualTo(new Removal("none", 0, List.of(), List.of()));
    }

    @Test
    void the_json_names_ids_as_text_and_annotations_by_their_kind() throws Exception {
        JsonNode json = JSON.readTree(JSON.writeValueAsString(FULL));
        assertThat(json.path("id").asText()).isEqualTo(FULL.id().value());
        assertThat(json.path("video").asText()).isEqualTo(VIDEO.sha256());
        assertThat(json.path("annotations").findValuesAsText("type"))
                .containsExactly("sharpness", "detections", "aesthetic", "removal", "caption");
        assertThat(json.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("id", "video", "segment", "timeMicros", "image", "annotations");
        assertThat(json.path("image").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("key", "width", "height", "mediaType", "bytes", "sha256");
        assertThat(json.at("/annotations/1/objects/0/box").fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder("left", "top", "right", "bottom");
    }

    @Test
    void an_annotation_replaces_an_earlier_one_of_its_kind() {
        Frame again = FULL.with(new Caption("other", "names"));
        assertThat(again.annotations()).hasSize(5).endsWith(new Caption("other", "names"));
        assertThat(again.annotation(Caption.class)).contains(new Caption("other", "names"));
        assertThat(FULL.annotation(Caption.class)).map(Caption::text).contains("rex dog, größer 犬");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "a\nb", "a\r"})
    void a_caption_is_one_line_that_is_not_blank(String text) {
        assertThatThrownBy(() -> new Caption(text, "names")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void boxes_overlap_by_hand_computed_numbers() {
        Box box = new Box(0, 0, 10, 10);
        assertThat(box.iou(new Box(5, 0, 15, 10))).isEqualTo(50.0 / 150);
        assertThat(box.iou(new Box(10, 0, 20, 10))).isZero();
        assertThat(box.iou(box)).isEqualTo(1);
        assertThat(new Box(5, 5, 1, 1).area()).isZero();
        assertThat(new Box(-5, -5, 20, 5).clip(10, 8)).isEqualTo(new Box(0, 0, 10, 5));
    }

    @Test
    void fingerprints_count_each_part_as_a_whole() {
        assertThat(Fingerprint.of("ab", "c")).isNotEqualTo(Fingerprint.of("a", "bc"));
        assertThat(Fingerprint.of("a", 1)).isEqualTo(Fingerprint.of("a", 1));
        assertThat(Fingerprint.of("a").value()).matches("[0-9a-f]{16}");
    }

    @Test
    void scores_are_kept_to_four_decimals() {
        assertThat(Annotation.round(0.123449)).isEqualTo(0.1234);
        assertThat(Annotation.round(0.12345)).isEqualTo(0.1235);
    }
}
