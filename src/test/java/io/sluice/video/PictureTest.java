package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.Assets;
import io.sluice.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole videos through the decoder's process: upright by what is seen, and without black bars. */
class PictureTest {
    private static final int ONE = 1 << 16;

    private static Decoders decoders;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, DecoderLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    /** The matrix is a, b, c, d: x' = a x + c y, y' = b x + d y. Where the dark and the light corner must come to lie. */
    @ParameterizedTest
    @CsvSource({
        " 1,  0,  0,  1, 160,  96, top-left,     top-right",
        "-1,  0,  0,  1, 160,  96, top-right,    top-left",
        " 1,  0,  0, -1, 160,  96, bottom-left,  bottom-right",
        "-1,  0,  0, -1, 160,  96, bottom-right, bottom-left",
        " 0,  1,  1,  0,  96, 160, top-left,     bottom-left",
        " 0,  1, -1,  0,  96, 160, top-right,    bottom-right",
        " 0, -1,  1,  0,  96, 160, bottom-left,  top-left",
        " 0, -1, -1,  0,  96, 160, bottom-right, top-right"
    })
    void a_picture_comes_upright_by_what_is_seen_in_it(
            int a, int b, int c, int d, int width, int height, String dark, String light) throws IOException {
        // Stored: grey, the top left corner dark, the top right one light.
        Path video = SyntheticVideo.write(
                folder.resolve("turned.mp4"),
                160,
                96,
                2,
                1,
                new int[] {a * ONE, b * ONE, 0, c * ONE, d * ONE, 0, 0, 0, 1 << 30},
                (x, y, n) -> y >= 32 ? 126 : x < 32 ? 40 : x >= 128 ? 220 : 126);
        BufferedImage picture = first(video, cropping(false));
        assertThat(picture.getWidth()).isEqualTo(width);
        assertThat(picture.getHeight()).isEqualTo(height);
        for (String corner : new String[] {"top-left", "top-right", "bottom-left", "bottom-right"}) {
            int expected = corner.equals(dark) ? 28 : corner.equals(light) ? 238 : 128;
            assertThat(level(picture, corner)).as(corner).isCloseTo(expected, within(8));
        }
    }

    private static int level(BufferedImage picture, String corner) {
        int x = corner.endsWith("left") ? 12 : picture.getWidth() - 13;
        int y = corner.startsWith("top") ? 12 : picture.getHeight() - 13;
        return picture.getRGB(x, y) & 0xff;
    }

    @ParameterizedTest
    @CsvSource({"10, 100", "250, 100"})
    void black_bars_are_cut_off_with_many_keyframes_or_one(int keyframeDistance, int frames) throws IOException {
        Path video = letterboxed(keyframeDistance, frames, (x, y, n) -> 0);
        VideoPlan plan = decoders.plan(video, cropping(true));
        assertThat(plan.crop()).isEqualTo(new Crop(320, 240, 0, 40, 320, 160));
        assertThat(plan.width()).isEqualTo(320);
        assertThat(plan.height()).isEqualTo(160);
        assertThat(plan.warnings()).isEmpty();
        BufferedImage cut = first(video, cropping(true));
        assertThat(cut.getWidth()).isEqualTo(320);
        assertThat(cut.getHeight()).isEqualTo(160);
        BufferedImage whole = first(video, cropping(false));
        assertThat(whole.getHeight()).isEqualTo(240);
        assertThat(cut.getRGB(100, 0)).isEqualTo(whole.getRGB(100, 40));
        assertThat(cut.getRGB(200, 159)).isEqualTo(whole.getRGB(200, 199));
    }

    @Test
    void a_bar_with_a_subtitle_stays() {
        Path video = letterboxed(
                10,
                100,
                (x, y, n) ->
                        n >= 30 && n < 60 && y >= 212 && y < 224 && x > 80 && x < 240 && (x / 4) % 2 == 0 ? 200 : 0);
        assertThat(decoders.plan(video, cropping(true)).crop()).isEqualTo(new Crop(320, 240, 0, 40, 320, 200));
    }

    @Test
    void a_black_video_is_left_whole() {
        Path video = SyntheticVideo.write(folder.resolve("black.mp4"), 160, 96, 60, 5, null, (x, y, n) -> 16);
        VideoPlan plan = decoders.plan(video, cropping(true));
        assertThat(plan.crop()).isNull();
        assertThat(plan.height()).isEqualTo(96);
    }

    @Test
    void good_videos_without_bars_are_left_whole() {
        for (Path video : Videos.in("videos/good")) {
            assertThat(decoders.plan(video, cropping(true)).crop())
                    .as("%s", video)
                    .isNull();
        }
        assertThat(Assets.path("videos/good")).isNotNull();
    }

    private Path letterboxed(int keyframeDistance, int frames, SyntheticVideo.Luma inBars) {
        return SyntheticVideo.write(folder.resolve("bars.mp4"), 320, 240, frames, keyframeDistance, null, (x, y, n) -> {
            int noise = (x * 31 + y * 17 + n * 7) % 5;
            return y >= 40 && y < 200 ? 60 + (x + 2 * y + 3 * n) % 150 : 16 + noise + inBars.at(x, y, n);
        });
    }

    private static Recipe.Extract cropping(boolean blackBars) {
        return new Recipe.Extract(
                Recipe.Mode.RATE, OptionalDouble.empty(), 1, 0, Optional.empty(), OptionalInt.empty(), 1, blackBars);
    }

    private static BufferedImage first(Path video, Recipe.Extract extract) throws IOException {
        VideoPlan plan = decoders.plan(video, extract);
        ExtractedFrame frame = Videos.extract(decoders, video, plan, extract, Recipe.Encoding.PNG)
                .frames()
                .get(0);
        assertThat(frame.width()).isEqualTo(plan.width());
        assertThat(frame.height()).isEqualTo(plan.height());
        return ImageIO.read(new ByteArrayInputStream(frame.encoded()));
    }
}
