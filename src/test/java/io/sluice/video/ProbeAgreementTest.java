package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.recipe.Recipe;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Presentation times against the ffprobe command, where it is installed. */
class ProbeAgreementTest {
    private static Decoders decoders;

    @BeforeAll
    static void start() {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> new File(folder, "ffprobe").canExecute()),
                "ffprobe is not installed");
        decoders = new Decoders(1, DecoderLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        if (decoders != null) {
            decoders.close();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "intel_car-detection_768x432_12.5fps_30s.mp4",
                "derived_vfr_flower.mp4",
                "androidx_vfr_518x488_5.6s.mp4",
                "androidx_pixel7_rot180_1080p.mp4",
                "androidx_hlg_hevc10_rot-90_editlist.mp4",
                "androidx_bbb_sar64-45_bframes_800x640.mp4",
                "androidx_bbb_mpeg2_1080p.ts",
                "androidx_vp9_square_642x642.webm",
                "torchcodec_av1_640x360.mkv",
                "androidx_mpeg4_960x400.avi",
                "torchcodec_nasa_13013_two-video-streams.mp4"
            })
    void times_agree_for_all_frames_and_for_keyframes(String name) throws Exception {
        Path video = good(name);
        assertAgreement(video, rate(120), false);
        assertAgreement(video, KEYFRAMES, true);
    }

    private static void assertAgreement(Path video, Recipe.Extract extract, boolean keyframes) throws Exception {
        Videos.Extracted extracted = Videos.extract(decoders, video, extract);
        List<Long> expected = ffprobe(video, extracted.plan().stream(), keyframes);
        assertThat(extracted.ticks()).isEqualTo(expected);
        for (ExtractedFrame frame : extracted.frames()) {
            double seconds = (double) (frame.ticks() - extracted.plan().startTicks())
                    * extracted.plan().timeBaseNumerator()
                    / extracted.plan().timeBaseDenominator();
            assertThat(frame.timeMicros() / 1e6).isCloseTo(seconds, org.assertj.core.api.Assertions.within(1e-6));
        }
    }

    private static List<Long> ffprobe(Path video, int stream, boolean keyframes)
            throws IOException, InterruptedException {
        List<String> command = List.of(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                Integer.toString(stream),
                "-show_entries",
                "frame=key_frame,best_effort_timestamp",
                "-of",
                "csv=p=0",
                video.toString());
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines()
                .filter(line -> line.matches("[01],-?[0-9]+.*"))
                .map(line -> line.split(","))
                .filter(fields -> !keyframes || fields[0].equals("1"))
                .map(fields -> Long.valueOf(fields[1]))
                .toList();
    }
}
