package io.sluice.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFolderTest {
    @TempDir
    Path temporary;

    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("a/work");
    }

    @Test
    void a_folder_that_is_not_there_is_made_and_marked_with_its_version() {
        try (WorkFolder work = WorkFolder.open(folder)) {
            assertThat(folder.resolve("version")).hasContent("1");
            assertThat(folder).isDirectoryNotContaining("glob:**.partial");
            assertThat(work.catalogue()).hasParentRaw(real()).hasFileName("catalogue.db");
            assertThat(work.broker()).hasParentRaw(real()).hasFileName("kafka");
            assertThat(work.frames()).hasParentRaw(real()).hasFileName("frames");
            assertThat(work.accepted()).hasParentRaw(real()).hasFileName("videos");
        }
    }

    private Path real() {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_folder_is_open_once_in_a_process_and_free_when_it_is_closed() {
        WorkFolder first = WorkFolder.open(folder);
        assertInUse();
        first.close();

        WorkFolder second = WorkFolder.open(folder);
        first.close();
        assertInUse();
        second.close();
    }

    @Test
    void another_name_of_an_open_folder_is_the_same_folder() throws IOException {
        try (WorkFolder work = WorkFolder.open(folder)) {
            Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
            assertThatThrownBy(() -> WorkFolder.open(link))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use");
            assertThat(work.frames()).doesNotExist();
        }
    }

    private void assertInUse() {
        assertThatThrownBy(() -> WorkFolder.open(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("work folder '" + real() + "' is in use")
                .hasMessageContaining("--work");
    }

    @Test
    void a_refusal_in_this_process_does_not_let_another_process_in() throws Exception {
        try (WorkFolder work = WorkFolder.open(folder)) {
            assertInUse();
            Process process = process();
            try {
                assertThat(answer(process))
                        .startsWith(WorkFolderProcess.REFUSED)
                        .contains("in use by another process");
            } finally {
                process.destroyForcibly().waitFor();
            }
            assertThat(work.catalogue()).doesNotExist();
        }
    }

    @Test
    void a_folder_of_another_process_is_refused_until_that_process_is_killed() throws Exception {
        Process process = process();
        try {
            assertThat(answer(process)).isEqualTo(WorkFolderProcess.OPENED);
            assertThatThrownBy(() -> WorkFolder.open(folder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("in use by another process");
        } finally {
            process.destroyForcibly().waitFor();
        }
        WorkFolder.open(folder).close();
    }

    private Process process() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WorkFolderProcess.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
    }

    private static @Nullable String answer(Process process) throws IOException {
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        return lines.readLine();
    }

    @Test
    void a_folder_of_another_version_is_refused_and_not_kept_locked() throws IOException {
        WorkFolder.open(folder).close();
        Files.writeString(folder.resolve("version"), "2\n");

        assertThatThrownBy(() -> WorkFolder.open(folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("work folder '" + real() + "' has layout version '2'; '1' is what this program reads");

        Files.writeString(folder.resolve("version"), "1\n");
        WorkFolder.open(folder).close();
    }

    @Test
    void a_file_in_the_place_of_the_folder_is_named() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "x");

        assertThatThrownBy(() -> WorkFolder.open(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("work folder '" + file + "' cannot be made");
    }
}
