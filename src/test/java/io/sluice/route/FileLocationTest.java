package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files a request may name. */
class FileLocationTest {
    @TempDir
    private Path folder;

    private Path released;
    private Path secret;
    private FileLocation files = new FileLocation(List.of());

    @BeforeEach
    void makeFiles() throws IOException {
        released = Files.createDirectories(folder.resolve("released"));
        secret = Files.writeString(folder.resolve("secret.mp4"), "x");
        Files.createDirectories(released.resolve("more"));
        Files.writeString(released.resolve("a b ü.mp4"), "x");
        files = new FileLocation(List.of(released));
    }

    private static Path open(FileLocation files, URI location) throws RefusedException {
        try (RequestedLocation.Requested requested = files.open(location.toString())) {
            return requested.file();
        }
    }

    @Test
    void a_file_below_a_released_folder_is_opened() throws Exception {
        assertThat(open(files, released.resolve("a b ü.mp4").toUri()))
                .isEqualTo(released.toRealPath().resolve("a b ü.mp4"));
        assertThat(open(files, released.resolve("more/../a b ü.mp4").toUri())).exists();
    }

    @Test
    void without_folders_there_is_no_file() {
        assertThatThrownBy(() -> open(
                        new FileLocation(List.of()),
                        released.resolve("a b ü.mp4").toUri()))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("sluice.requests.folders is not set");
    }

    @Test
    void what_lies_elsewhere_is_refused_whether_it_is_there_or_not() throws Exception {
        Files.createSymbolicLink(released.resolve("link.mp4"), secret);
        Files.createSymbolicLink(released.resolve("up"), folder);
        for (URI location : List.of(
                secret.toUri(),
                folder.resolve("absent.mp4").toUri(),
                URI.create(released.toUri() + "../secret.mp4"),
                URI.create(released.toUri() + "%2e%2e/secret.mp4"),
                released.toUri(),
                released.resolve("link.mp4").toUri(),
                released.resolve("up/secret.mp4").toUri(),
                folder.resolve("released-too/a.mp4").toUri())) {
            assertThatThrownBy(() -> files.open(location.toString()))
                    .as(location.toString())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageEndingWith("a file below " + released);
        }
    }

    @Test
    void what_is_no_file_is_refused() {
        for (URI location : List.of(
                released.resolve("absent.mp4").toUri(), released.resolve("more").toUri())) {
            assertThatThrownBy(() -> files.open(location.toString()))
                    .as(location.toString())
                    .isInstanceOf(RefusedException.class)
                    .hasMessageEndingWith("a file that is there and can be read");
        }
        for (String location :
                List.of("file://elsewhere/a.mp4", "file:a.mp4", "file:///a.mp4?x=1", "file:///a b.mp4")) {
            assertThatThrownBy(() -> files.open(location))
                    .as(location)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("a file URL");
        }
    }

    @Test
    void a_released_folder_may_be_a_link_itself() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), released);

        assertThat(open(
                        new FileLocation(List.of(link)),
                        link.resolve("a b ü.mp4").toUri()))
                .exists();
    }
}
