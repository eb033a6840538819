package io.sluice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.sluice.export.Buckets.Placement;
import io.sluice.export.Buckets.Size;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected sizes were computed in Python by the rules of sd-scripts. */
class BucketsTest {
    private static Buckets buckets(int width, int height, int max, boolean upscales) {
        return new Buckets(new BucketSettings(width, height, 256, max, 64, upscales));
    }

    @ParameterizedTest
    @CsvSource({"512, 1024, 17", "768, 1024, 19", "1024, 2048, 41"})
    void are_as_many_as_the_trainer_makes(int resolution, int max, int count) {
        assertThat(buckets(resolution, resolution, max, true).sizes()).hasSize(count);
    }

    @Test
    void of_512_are_these() {
        assertThat(buckets(512, 512, 1024, true).sizes().stream().map(Size::toString))
                .containsExactly(
                        "256x832",
                        "256x896",
                        "256x960",
                        "256x1024",
                        "320x704",
                        "320x768",
                        "384x640",
                        "448x576",
                        "512x512",
                        "576x448",
                        "640x384",
                        "704x320",
                        "768x320",
                        "832x256",
                        "896x256",
                        "960x256",
                        "1024x256");
    }

    @Test
    void of_1024_have_the_sizes_that_sdxl_is_trained_at_only_with_a_longer_side() {
        Size[] wanted = {
            new Size(1024, 1024),
            new Size(960, 1088),
            new Size(896, 1152),
            new Size(832, 1216),
            new Size(768, 1344),
            new Size(640, 1536)
        };
        assertThat(buckets(1024, 1024, 2048, true).sizes()).contains(wanted);
        assertThat(buckets(1024, 1024, 1024, true).sizes())
                .allMatch(size -> size.width() <= 1024 && size.height() <= 1024);
        assertThat(BucketSettings.longest(1024, 1024, 64)).isEqualTo(2048);
        assertThat(BucketSettings.longest(512, 512, 64)).isEqualTo(1024);
    }

    @ParameterizedTest
    @CsvSource({
        "512, 1024, true, 1920, 1080, 640, 384, 683, 384",
        "512, 1024, true, 320, 240, 576, 448, 597, 448",
        "512, 1024, true, 4000, 1000, 1024, 256, 1024, 256",
        "512, 1024, false, 320, 240, 320, 192, 320, 240",
        "512, 1024, false, 1216, 832, 576, 384, 576, 394",
        "1024, 2048, true, 1080, 1920, 768, 1344, 768, 1365",
        "1024, 2048, true, 1216, 832, 1216, 832, 1216, 832",
        "1024, 2048, true, 719, 1281, 768, 1344, 768, 1368",
        "1024, 2048, false, 719, 1281, 704, 1280, 719, 1281",
        "1024, 2048, false, 640, 480, 640, 448, 640, 480",
    })
    void a_picture_falls_where_the_trainer_puts_it(
            int resolution,
            int max,
            boolean upscales,
            int w,
            int h,
            int bucketW,
            int bucketH,
            int scaledW,
            int scaledH) {
        Placement placement = buckets(resolution, resolution, max, upscales).place(w, h);
        assertThat(placement.bucket()).isEqualTo(new Size(bucketW, bucketH));
        assertThat(placement.scaled()).isEqualTo(new Size(scaledW, scaledH));
    }

    /** 8,800 placements, compared by the digest of their text. */
    @Test
    void pictures_of_all_shapes_fall_where_the_trainer_puts_them() {
        int[][] resolutions = {{512, 512, 1024}, {768, 768, 1024}, {1024, 1024, 2048}, {1216, 832, 2432}};
        List<String> lines = new ArrayList<>();
        for (int[] resolution : resolutions) {
            for (int noUpscale = 0; noUpscale <= 1; noUpscale++) {
                Buckets buckets = buckets(resolution[0], resolution[1], resolution[2], noUpscale == 0);
                for (int w = 64; w < 4100; w += 37) {
                    for (int h = 64; h < 4100; h += 411) {
                        Placement placement = buckets.place(w, h);
                        lines.add(resolution[0] + "x" + resolution[1] + " " + noUpscale + " " + w + "x" + h + " "
                                + placement.bucket() + " " + placement.scaled());
                    }
                }
            }
        }
        assertThat(lines).hasSize(8800);
        assertThat(Digests.sha256(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("0d11a1d3925d8e08a98c68d00c5a61f522b38409b4b5a4c9080be4ea9a7c726e");
    }

    @Test
    void tell_what_is_cut_off_and_enlarged() {
        Placement wide = buckets(1024, 1024, 2048, true).place(1920, 1080);
        assertThat(wide.cropped()).isCloseTo(1 - 1344.0 / 1365, within(1e-9));
        assertThat(wide.scale()).isCloseTo(768.0 / 1080, within(1e-9));

        List<Buckets.Row> rows = buckets(1024, 1024, 2048, true)
                .table(List.of(new Size(640, 480), new Size(1920, 1080), new Size(320, 240)));

        assertThat(rows).hasSize(2);
        assertThat(rows.get(0).bucket()).isEqualTo(new Size(1152, 896));
        assertThat(rows.get(0).pictures()).isEqualTo(2);
        assertThat(rows.get(0).enlarged()).isEqualTo(2);
        assertThat(rows.get(0).mostEnlarged()).isCloseTo(896.0 / 240, within(1e-9));
        assertThat(rows.get(1).enlarged()).isZero();
        assertThat(rows.get(1).mostEnlarged()).isEqualTo(1);
        assertThat(buckets(512, 512, 1024, false).place(60, 300).isUsable()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "512, 100, 1024, 64, --min-bucket; '100'; 64",
        "512, 576, 1024, 64, --min-bucket; '576'; 512",
        "512, 256, 448, 64, --max-bucket; '448'; 512",
        "512, 256, 1000, 64, --max-bucket; '1000'; 64",
        "512, 256, 1024, 0, --bucket-step; '0'; 1 to",
    })
    void what_the_trainer_refuses_is_named(int resolution, int min, int max, int step, String words) {
        assertThatThrownBy(() -> new BucketSettings(resolution, resolution, min, max, step, true))
                .isInstanceOf(ExportException.class)
                .message()
                .contains(words.split("; "));
    }
}
