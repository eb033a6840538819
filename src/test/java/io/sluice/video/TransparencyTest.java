package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is transparent is seen over white. */
class TransparencyTest {
    private static final int SIDE = 16;

    @Test
    void pixels_are_mixed_with_white_as_far_as_they_are_transparent() {
        for (int format : new int[] {AV_PIX_FMT_RGBA, AV_PIX_FMT_BGRA, AV_PIX_FMT_ARGB, AV_PIX_FMT_GBRAP}) {
            try (RawFrame raw = new RawFrame(format, 3 * SIDE, SIDE)) {
                raw.fill(0, 0, SIDE, SIDE, 200, 100, 40, 255);
                raw.fill(SIDE, 0, SIDE, SIDE, 200, 100, 40, 102);
                raw.fill(2 * SIDE, 0, SIDE, SIDE, 200, 100, 40, 0);
                int[][][] picture = raw.rendered();
                assertThat(picture[8][8]).containsExactly(40, 100, 200);
                // 0.4 of the colour and 0.6 of white.
                assertBgr(picture[8][SIDE + 8], 169, 193, 233);
                assertThat(picture[8][2 * SIDE + 8]).containsExactly(255, 255, 255);
            }
        }
    }

    @Test
    void premultiplied_colours_are_not_multiplied_again() {
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_RGBA, SIDE, SIDE)) {
            raw.frame().alpha_mode(AVALPHA_MODE_PREMULTIPLIED);
            raw.fill(0, 0, SIDE, SIDE, 80, 40, 16, 102);
            assertBgr(raw.rendered()[8][8], 169, 193, 233);
        }
    }

    @Test
    void luma_and_chroma_with_transparency_do_the_same() {
        for (int format : new int[] {AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA444P10LE}) {
            try (RawFrame raw = new RawFrame(format, 2 * SIDE, SIDE)) {
                int unit = 1 << raw.depth() - 8;
                raw.frame().colorspace(AVCOL_SPC_BT709).color_range(AVCOL_RANGE_MPEG);
                raw.fill(0, 0, SIDE, SIDE, 16 * unit, 128 * unit, 128 * unit, (int) Math.round(0.4 * (256 * unit - 1)));
                raw.fill(SIDE, 0, SIDE, SIDE, 16 * unit, 128 * unit, 128 * unit, 256 * unit - 1);
                int[][][] picture = raw.rendered();
                assertBgr(picture[8][4], 153, 153, 153);
                assertBgr(picture[8][SIDE + 12], 0, 0, 0);
            }
        }
    }

    @Test
    void a_picture_of_which_nothing_is_opaque_is_shown_all_the_same() {
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_BGRA, SIDE, SIDE)) {
            raw.fill(0, 0, SIDE, SIDE, 200, 100, 40, 0);
            assertThat(raw.rendered()[8][8]).containsExactly(40, 100, 200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"libvpx", "libvpx-vp9"})
    void transparency_beside_the_pictures_of_webm_is_seen(String encoder, @TempDir Path folder) throws Exception {
        Path video = folder.resolve("transparent.webm");
        String source =
                "color=c=black:s=64x64:r=10:d=1,format=yuva420p,geq=lum=16:cb=128:cr=128:a='if(lt(X,32),255,102)'";
        List<String> command = List.of(
                "ffmpeg",
                "-v",
                "error",
                "-f",
                "lavfi",
                "-i",
                source,
                "-c:v",
                encoder,
                "-auto-alt-ref",
                "0",
                "-b:v",
                "1M",
                video.toString());
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            assumeTrue(status == 0, "the ffmpeg command has no " + encoder);
        } catch (IOException e) {
            assumeTrue(false, "the ffmpeg command is not installed: " + e.getMessage());
        }
        try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
            Recipe.Extract extract = Videos.rate(1);
            VideoPlan plan = decoders.plan(video, extract);
            byte[] png = Videos.extract(decoders, video, plan, extract, Recipe.Encoding.PNG)
                    .frames()
                    .get(0)
                    .encoded();
            BufferedImage picture = ImageIO.read(new ByteArrayInputStream(png));
            assertThat(picture.getRGB(8, 32) & 0xff).isCloseTo(0, within(4));
            assertThat(picture.getRGB(56, 32) & 0xff).isCloseTo(153, within(6));
        }
    }

    private static void assertBgr(int[] actual, int... expected) {
        for (int i = 0; i < 3; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(2));
        }
    }
}
