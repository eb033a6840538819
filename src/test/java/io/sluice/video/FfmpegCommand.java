package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** The ffmpeg and ffprobe commands; tests that need them are skipped where they are not installed. */
final class FfmpegCommand {
    private FfmpegCommand() {}

    static void assumeInstalled(String command) {
        Assumptions.assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(folder -> new File(folder, command).canExecute()),
                command + " is not installed");
    }

    /** Skips the test where the installed ffmpeg lacks one of these encoders. */
    static void assumeEncoder(String encoder) throws IOException, InterruptedException {
        assumeInstalled("ffmpeg");
        Assumptions.assumeTrue(
                run(List.of("ffmpeg", "-v", "error", "-encoders")).contains(" " + encoder + " "),
                "ffmpeg has no encoder " + encoder);
    }

    /** Makes a video of a moving test picture, with a cut in the middle. */
    static Path make(Path file, int width, int height, int framesPerSecond, int seconds, String... encoding)
            throws IOException, InterruptedException {
        String size = "size=" + width + "x" + height + ":rate=" + framesPerSecond + ":duration=" + seconds / 2.0;
        List<String> command = new ArrayList<>(
                List.of("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=" + size, "-f", "lavfi", "-i"));
        command.addAll(List.of("mandelbrot=" + size.replaceFirst(":duration.*", "") + ",trim=duration=" + seconds / 2.0
                + ",format=yuv420p"));
        command.addAll(List.of("-filter_complex", "[0:v]format=yuv420p[a];[a][1:v]concat=n=2,format=yuv420p"));
        command.addAll(List.of(encoding));
        command.add(file.toString());
        run(command);
        return file;
    }

    /** @return what it printed on standard output */
    static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(String.join(" ", command)).isZero();
        return out;
    }
}
