package io.sluice.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueKillTest {
    private static final int ENOUGH = 300;

    @TempDir
    Path folder;

    @Test
    void has_every_write_that_had_returned_before_the_process_was_killed() throws Exception {
        Path file = folder.resolve("catalogue.db");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CatalogueProcess.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        int acknowledged = -1;
        List<String> output = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            @Nullable String line = lines.readLine();
            for (; line != null && acknowledged < ENOUGH; line = lines.readLine()) {
                output.add(line);
                if (line.startsWith("acknowledged ")) {
                    acknowledged = Integer.parseInt(line.substring("acknowledged ".length()));
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(acknowledged).as("output of the process: %s", output).isGreaterThanOrEqualTo(ENOUGH);
        assertThat(process.exitValue()).isEqualTo(128 + 9);

        List<String> subjects = IntStream.rangeClosed(0, acknowledged)
                .mapToObj(CatalogueProcess::subject)
                .toList();
        try (Catalogue catalogue = Catalogue.embedded(file)) {
            Map<String, Integer> attempts =
                    catalogue.write(rows -> rows.attempts().begin(CatalogueProcess.STAGE, subjects, "next", 0));
            assertThat(attempts).hasSameSizeAs(subjects);
            assertThat(attempts.values()).containsOnly(2);
        }
    }
}
