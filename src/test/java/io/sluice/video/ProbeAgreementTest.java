package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which frames are taken of each good video, against what the ffprobe command lists, where it is installed. */
class ProbeAgreementTest {
    /** Of longer videos not every frame is encoded. */
    private static final long SHORT_MICROS = 60_000_000;

    private static Decoders decoders;

    private record Probed(boolean key, long ticks) {}

    @BeforeAll
    static void start() {
        FfmpegCommand.assumeInstalled("ffprobe");
        decoders = new Decoders(1, DecoderLimits.DEFAULT);
    }

    @AfterAll
    static void stop() {
        if (decoders != null) {
            decoders.close();
        }
    }

    static Stream<Path> videos() {
        return Videos.in("videos/good").stream();
    }

    @ParameterizedTest
    @MethodSource("videos")
    void the_same_frames_are_taken_by_keyframes_and_by_rate(Path video) throws Exception {
        VideoPlan plan = decoders.plan(video, KEYFRAMES);
        List<Probed> probed = ffprobe(video, plan.stream());
        assertThat(probed).isNotEmpty();
        assertThat(taken(video, KEYFRAMES))
                .as("keyframes")
                .isEqualTo(
                        probed.stream().filter(Probed::key).map(Probed::ticks).toList());
        boolean isShort = plan.durationMicros() < SHORT_MICROS;
        if (isShort) {
            assertThat(taken(video, rate(120)))
                    .as("all")
                    .isEqualTo(probed.stream().map(Probed::ticks).toList());
        }
        for (int fps : isShort ? new int[] {1, 4, 12} : new int[] {1}) {
            Set<Long> cells = new HashSet<>();
            List<Long> first = probed.stream()
                    .map(Probed::ticks)
                    .filter(ticks -> cells.add((long) Math.floor((seconds(plan, ticks) + 0.0006) * fps)))
                    .toList();
            assertThat(taken(video, rate(fps))).as("%s a second", fps).isEqualTo(first);
        }
    }

    private static List<Long> taken(Path video, Recipe.Extract extract) {
        Videos.Extracted extracted = Videos.extract(decoders, video, extract);
        for (ExtractedFrame frame : extracted.frames()) {
            assertThat(frame.timeMicros() / 1e6).isCloseTo(seconds(extracted.plan(), frame.ticks()), within(1e-6));
        }
        return extracted.ticks();
    }

    private static double seconds(VideoPlan plan, long ticks) {
        return (double) (ticks - plan.startTicks()) * plan.timeBaseNumerator() / plan.timeBaseDenominator();
    }

    private static List<Probed> ffprobe(Path video, int stream) throws IOException, InterruptedException {
        String out = FfmpegCommand.run(List.of(
                "ffprobe",
                "-v",
                "error",
                "-select_streams",
                Integer.toString(stream),
                "-show_entries",
                "frame=key_frame,best_effort_timestamp",
                "-of",
                "csv=p=0",
                video.toString()));
        return out.lines()
                .filter(line -> line.matches("[01],-?[0-9]+.*"))
                .map(line -> line.split(","))
                .map(fields -> new Probed(fields[0].equals("1"), Long.parseLong(fields[1])))
                .toList();
    }
}
