package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.recipe.Recipe;
import io.sluice.world.Look;
import io.sluice.world.SceneScript;
import io.sluice.world.World;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VideoWriterTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    @TempDir
    private Path folder;

    private static List<BufferedImage> pictures(SceneScript script) {
        List<BufferedImage> pictures = new ArrayList<>();
        World.render(script, WIDTH, HEIGHT, false, frame -> pictures.add(frame.picture()));
        return pictures;
    }

    private static void write(Path file, List<BufferedImage> pictures) {
        try (VideoWriter writer = new VideoWriter(file, WIDTH, HEIGHT, 12)) {
            for (int i = 0; i < pictures.size(); i++) {
                writer.write(pictures.get(i), i == 7);
            }
        }
    }

    private static double difference(BufferedImage a, BufferedImage b) {
        double sum = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int p = a.getRGB(x, y);
                int q = b.getRGB(x, y);
                sum += Math.abs((p >> 16 & 255) - (q >> 16 & 255))
                        + Math.abs((p >> 8 & 255) - (q >> 8 & 255))
                        + Math.abs((p & 255) - (q & 255));
            }
        }
        return sum / (3 * WIDTH * HEIGHT);
    }

    @Test
    void what_is_written_is_decoded_frame_for_frame() throws IOException {
        List<BufferedImage> pictures = pictures(SceneScript.random(6, Look.HELD_OUT, 12, 2.5));
        Path file = folder.resolve("a street.mp4");
        write(file, pictures);
        try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
            Recipe.Extract all = Videos.rate(120);
            VideoPlan plan = decoders.plan(file, all);
            assertThat(plan.codec()).isEqualTo("h264");
            assertThat(plan.durationMicros()).isEqualTo(2_500_000);
            Videos.Extracted extracted = Videos.extract(decoders, file, plan, all, Recipe.Encoding.PNG);
            assertThat(extracted.warnings()).isEmpty();
            assertThat(extracted.frames()).hasSize(30);
            for (int i = 0; i < 30; i++) {
                ExtractedFrame frame = extracted.frames().get(i);
                assertThat(frame.timeMicros()).isBetween(i * 1_000_000L / 12 - 1, i * 1_000_000L / 12 + 1);
                BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(frame.encoded()));
                assertThat(difference(decoded, pictures.get(i)))
                        .as("frame %d", i)
                        .isLessThan(5);
            }
            Videos.Extracted keyframes = Videos.extract(decoders, file, Videos.KEYFRAMES);
            assertThat(keyframes.frames().stream().map(f -> Math.round(f.timeMicros() * 12 / 1e6)))
                    .contains(0L, 7L)
                    .hasSizeLessThan(5);
        }
    }

    @Test
    void colours_come_back() throws IOException {
        int[] colours = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x808080, 0x000000, 0xe0a040};
        List<BufferedImage> pictures = new ArrayList<>();
        for (int colour : colours) {
            BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
            java.awt.Graphics2D g = picture.createGraphics();
            g.setColor(new java.awt.Color(colour));
            g.fillRect(0, 0, WIDTH, HEIGHT);
            g.dispose();
            pictures.add(picture);
        }
        Path file = folder.resolve("colours.mp4");
        write(file, pictures);
        try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
            Recipe.Extract all = Videos.rate(120);
            Videos.Extracted extracted =
                    Videos.extract(decoders, file, decoders.plan(file, all), all, Recipe.Encoding.PNG);
            assertThat(extracted.frames()).hasSize(colours.length);
            for (int i = 0; i < colours.length; i++) {
                BufferedImage decoded = ImageIO.read(
                        new ByteArrayInputStream(extracted.frames().get(i).encoded()));
                assertThat(difference(decoded, pictures.get(i)))
                        .as("%06x", colours[i])
                        .isLessThan(4);
            }
        }
    }

    @Test
    void the_same_pictures_make_the_same_file() throws IOException {
        List<BufferedImage> pictures = pictures(SceneScript.random(7, Look.TRAINING, 12, 1));
        write(folder.resolve("one.mp4"), pictures);
        write(folder.resolve("two.mp4"), pictures);
        assertThat(folder.resolve("one.mp4")).hasSameBinaryContentAs(folder.resolve("two.mp4"));
        assertThat(Files.size(folder.resolve("one.mp4"))).isGreaterThan(5_000);
    }

    @Test
    void what_cannot_be_written_is_said() {
        assertThatThrownBy(() -> new VideoWriter(folder.resolve("a.mp4"), 321, 180, 12))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("321x180");
        assertThatThrownBy(() -> new VideoWriter(folder.resolve("none/a.mp4"), 320, 180, 12))
                .isInstanceOf(VideoException.class)
                .hasMessageContaining("none/a.mp4");
        try (VideoWriter writer = new VideoWriter(folder.resolve("b.mp4"), WIDTH, HEIGHT, 12)) {
            assertThatThrownBy(() -> writer.write(new BufferedImage(100, 100, BufferedImage.TYPE_INT_RGB), true))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("100x100");
            writer.write(new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB), true);
        }
    }
}
