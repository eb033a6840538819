package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.recipe.Recipe;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first frame of real HDR videos against the ffmpeg command, where it is installed and has zscale and tonemap. */
class ToneMappingAgreementTest {
    /** Each step by itself, as is usual on the command line; the last one gives 8-bit BT.709 of limited range. */
    private static final String PINNED = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt709,"
            + "tonemap=tonemap=mobius:param=0.3:desat=0:peak=4.926108,zscale=t=bt709:m=bt709:r=tv,format=yuv444p,"
            + "scale=in_color_matrix=bt709:in_range=tv:out_range=pc,format=bgr24";

    @BeforeAll
    static void find() {
        String filters = "";
        try {
            filters = new String(run("ffmpeg", "-hide_banner", "-filters"), StandardCharsets.UTF_8);
        } catch (IOException e) {
            assumeTrue(false, "the ffmpeg command is not installed: " + e.getMessage());
        }
        assumeTrue(
                filters.contains(" zscale ") && filters.contains(" tonemap "),
                "the ffmpeg command has no zscale or no tonemap");
    }

    @ParameterizedTest
    @ValueSource(strings = {"androidx_hdr10_hevc_1080p.mp4", "androidx_hlg_hevc10_rot-90_editlist.mp4"})
    void real_videos_look_as_the_command_renders_them(String name) throws IOException {
        Path video = Videos.good(name);
        Recipe.Extract start = Videos.extract(Recipe.Mode.RATE, 1, 0, Optional.of(500_000L));
        BufferedImage ours;
        try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
            VideoPlan plan = decoders.plan(video, start);
            ours = ImageIO.read(
                    new ByteArrayInputStream(Videos.extract(decoders, video, plan, start, Recipe.Encoding.PNG)
                            .frames()
                            .get(0)
                            .encoded()));
        }
        byte[] theirs = run(
                "ffmpeg",
                "-v",
                "error",
                "-i",
                video.toString(),
                "-frames:v",
                "1",
                "-vf",
                PINNED,
                "-f",
                "rawvideo",
                "pipe:1");
        int width = ours.getWidth();
        int height = ours.getHeight();
        assertThat(theirs).hasSize(3 * width * height);
        double luma = 0;
        double colour = 0;
        for (int i = 0; i < width * height; i++) {
            int pixel = ours.getRGB(i % width, i / width);
            int blue = theirs[3 * i] & 0xff;
            int green = theirs[3 * i + 1] & 0xff;
            int red = theirs[3 * i + 2] & 0xff;
            double ourLuma = luma(pixel >> 16 & 0xff, pixel >> 8 & 0xff, pixel & 0xff);
            luma += Math.abs(ourLuma - luma(red, green, blue));
            colour += Math.abs((pixel >> 16 & 0xff) - red)
                    + Math.abs((pixel >> 8 & 0xff) - green)
                    + Math.abs((pixel & 0xff) - blue);
        }
        int pixels = width * height;
        assertThat(luma / pixels).isLessThan(1);
        assertThat(colour / (3.0 * pixels)).isLessThan(1.5);
    }

    private static double luma(int red, int green, int blue) {
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    }

    private static byte[] run(String... command) throws IOException {
        Process process = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.getInputStream().readAllBytes();
    }
}
