package io.sluice.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.download.RawServer.Script;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
    private static final Patience IMPATIENT =
            new Patience(Duration.ofSeconds(10), Duration.ofSeconds(10), 3, Duration.ofMillis(1));
    private static final byte[] BYTES = bytes(1, 300_000);
    private static final String TAG = "\"v1\"";

    @TempDir
    Path folder;

    private RawServer server;
    private final List<String> notes = new ArrayList<>();
    private long shown;

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private static byte[] bytes(long seed, int count) {
        byte[] bytes = new byte[count];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** Promises the whole file and closes after some of it. */
    private static Script cut(byte[] bytes, String tag, int after) {
        return (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + tag, "Content-Length: " + bytes.length);
            out.write(bytes, 0, after);
        };
    }

    private Path target() {
        return folder.resolve("m.onnx");
    }

    private Wanted wanted(String path) {
        return new Wanted(server.at(path), target(), OptionalLong.of(BYTES.length), Optional.of(sha256(BYTES)));
    }

    private Wanted unproven(String path) {
        return new Wanted(server.at(path), target(), OptionalLong.empty(), Optional.empty());
    }

    private Got fetch(Wanted wanted) throws Exception {
        return fetch(wanted, IMPATIENT, Map.of());
    }

    private Got fetch(Wanted wanted, Patience patience, Map<String, String> environment) throws Exception {
        return new Downloader(patience, environment).fetch(wanted, new Progress() {
            @Override
            public void at(long bytes, OptionalLong total) {
                shown = bytes;
            }

            @Override
            public void note(String line) {
                notes.add(line);
            }
        });
    }

    private void assertWhole() throws IOException {
        assertThat(target()).hasBinaryContent(BYTES);
        assertThat(files()).containsExactly("m.onnx");
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void a_file_arrives_whole_and_is_measured() throws Exception {
        server.on("/m", RawServer.file(BYTES, TAG));

        assertThat(fetch(wanted("/m"))).isEqualTo(new Got(BYTES.length, sha256(BYTES)));
        assertWhole();
        assertThat(shown).isEqualTo(BYTES.length);
        assertThat(server.requests().get(0).header("Accept-Encoding")).isEqualTo("identity");
        assertThat(server.requests().get(0).header("Range")).isEmpty();
    }

    @Test
    void a_cut_is_resumed_under_the_condition_that_the_file_is_still_the_same() throws Exception {
        server.on("/m", RawServer.inTurn(cut(BYTES, TAG, 200_000), RawServer.file(BYTES, TAG)));

        fetch(wanted("/m"));

        assertWhole();
        RawServer.Request second = server.requests().get(1);
        assertThat(second.header("If-Range")).isEqualTo(TAG);
        assertThat(second.header("Range")).matches("bytes=\\d+-").isNotEqualTo("bytes=0-");
        assertThat(notes).anyMatch(note -> note.startsWith("going on after "));
    }

    @Test
    void what_one_command_has_left_the_next_one_goes_on_with() throws Exception {
        server.on("/m", RawServer.inTurn(cut(BYTES, TAG, 200_000), RawServer.file(BYTES, TAG)));
        Patience none = new Patience(IMPATIENT.connect(), IMPATIENT.silence(), 1, IMPATIENT.backOff());
        assertThatThrownBy(() -> fetch(wanted("/m"), none, Map.of()))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("127.0.0.1: broke off after ");
        assertThat(files()).containsExactly("m.onnx.part", "m.onnx.part.from");
        long had = Files.size(folder.resolve("m.onnx.part"));

        fetch(wanted("/m"), none, Map.of());

        assertWhole();
        assertThat(server.requests().get(1).header("Range")).isEqualTo("bytes=" + had + "-");
    }

    @Test
    void a_part_of_another_address_is_not_gone_on_with() throws Exception {
        Files.write(folder.resolve("m.onnx.part"), Arrays.copyOf(BYTES, 1000));
        Files.writeString(folder.resolve("m.onnx.part.from"), "http://elsewhere/m\n" + TAG + "\n");
        server.on("/m", RawServer.file(BYTES, TAG));

        fetch(wanted("/m"));

        assertWhole();
        assertThat(server.requests().get(0).header("Range")).isEmpty();
    }

    @Test
    void a_server_without_ranges_sends_it_all_again() throws Exception {
        Script whole = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + BYTES.length);
            out.write(BYTES);
        };
        server.on("/m", RawServer.inTurn(cut(BYTES, TAG, 200_000), whole));

        fetch(wanted("/m"));

        assertWhole();
        assertThat(notes).anyMatch(note -> note.contains("cannot resume"));
    }

    @Test
    void a_server_that_names_no_version_is_asked_for_all_of_it() throws Exception {
        Script plain = (request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: " + BYTES.length);
            out.write(BYTES);
        };
        Script half = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: W/\"weak\"", "Content-Length: " + BYTES.length);
            out.write(BYTES, 0, 200_000);
        };
        server.on("/m", RawServer.inTurn(half, plain));

        fetch(wanted("/m"));

        assertWhole();
        assertThat(server.requests().get(1).header("Range")).isEmpty();
    }

    @Test
    void a_file_that_changed_between_two_parts_is_taken_from_its_beginning() throws Exception {
        byte[] old = bytes(2, BYTES.length);
        server.on("/m", RawServer.inTurn(cut(old, "\"v0\"", 200_000), RawServer.file(BYTES, TAG)));

        fetch(wanted("/m"));

        assertWhole();
    }

    @Test
    void a_server_that_ignores_the_condition_is_found_out_by_its_tag() throws Exception {
        byte[] old = bytes(2, BYTES.length);
        Script ignorant = (request, out) -> {
            Map<String, String> headers = new java.util.TreeMap<>(request.headers());
            headers.remove("if-range");
            RawServer.file(BYTES, TAG).answer(new RawServer.Request(request.target(), headers), out);
        };
        server.on("/m", RawServer.inTurn(cut(old, "\"v0\"", 200_000), ignorant));

        fetch(wanted("/m"));

        assertWhole();
        assertThat(notes).anyMatch(note -> note.contains("sends other bytes than were asked for"));
    }

    @Test
    void parts_of_two_files_under_one_tag_are_found_out_by_their_digest_and_fetched_once_more() throws Exception {
        byte[] old = bytes(2, BYTES.length);
        server.on("/m", RawServer.inTurn(cut(old, TAG, 200_000), RawServer.file(BYTES, TAG)));

        fetch(wanted("/m"));

        assertWhole();
        assertThat(notes).anyMatch(note -> note.contains("do not fit together"));
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void a_wrong_digest_is_an_error_that_leaves_nothing() throws Exception {
        byte[] other = bytes(3, BYTES.length);
        server.on("/m", RawServer.file(other, TAG));

        assertThatThrownBy(() -> fetch(wanted("/m")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("expected SHA-256 " + sha256(BYTES) + ", found " + sha256(other));
        assertThat(files()).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void a_file_that_was_there_is_left_as_it_was_when_the_new_one_is_wrong() throws Exception {
        Files.writeString(target(), "mine");
        server.on("/m", RawServer.file(bytes(3, BYTES.length), TAG));

        assertThatThrownBy(() -> fetch(wanted("/m"))).isInstanceOf(DownloadException.class);
        assertThat(target()).hasContent("mine");
    }

    @Test
    void a_length_that_differs_from_the_wanted_one_is_an_error_before_the_body_is_read() throws Exception {
        Script lie = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: 1000");
            out.write(BYTES);
        };
        server.on("/short", lie);

        assertThatThrownBy(() -> fetch(wanted("/short")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("expected bytes 300000, found 1000");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_length_that_promises_more_than_comes_is_given_up_after_some_attempts() throws Exception {
        Script lie = (request, out) -> {
            RawServer.head(out, "200 OK", "Content-Length: " + (BYTES.length + 10));
            out.write(BYTES);
        };
        server.on("/m", lie);

        assertThatThrownBy(() -> fetch(unproven("/m")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("3 times in a row");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_body_without_end_is_stopped_at_the_wanted_length() throws Exception {
        Script endless = (request, out) -> {
            RawServer.head(out, "200 OK", "Transfer-Encoding: chunked");
            while (true) {
                out.write("10000\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(BYTES, 0, 0x10000);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        };
        server.on("/m", endless);

        assertThatThrownBy(() -> fetch(wanted("/m")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("expected bytes 300000, found more");
        assertThat(files()).isEmpty();
    }

    @Test
    void a_body_that_ends_with_its_connection_needs_something_to_be_measured_by() throws Exception {
        Script bare = (request, out) -> {
            RawServer.head(out, "200 OK");
            out.write(BYTES);
        };
        server.on("/m", bare);

        assertThatThrownBy(() -> fetch(unproven("/m")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("state bytes or sha256");
        fetch(wanted("/m"));
        assertWhole();
    }

    @Test
    void a_missing_file_is_an_error_at_once_that_says_what_to_do() throws Exception {
        assertThatThrownBy(() -> fetch(wanted("/none")))
                .isInstanceOf(DownloadException.class)
                .hasMessage("there is no file at " + server.at("/none")
                        + " (HTTP 404); name a mirror, or put the file at '" + target() + "' by hand");
        assertThat(server.requests()).hasSize(1);
        assertThat(files()).isEmpty();
    }

    @Test
    void a_fault_of_the_server_is_met_with_patience_and_with_the_wait_it_asks_for() throws Exception {
        Script busy = (request, out) -> RawServer.head(out, "503 Busy", "Retry-After: 0", "Content-Length: 0");
        Script broken = (request, out) -> RawServer.head(out, "500 Oops", "Content-Length: 0");
        server.on("/m", RawServer.inTurn(busy, broken, RawServer.file(BYTES, TAG)));
        server.on("/never", broken);

        fetch(wanted("/m"));
        assertWhole();
        assertThat(server.requests()).hasSize(3);
        assertThatThrownBy(() -> fetch(wanted("/never")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("is at fault (HTTP 500), 3 times in a row");
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void waits_double_up_to_a_minute() {
        assertThat(Patience.USUAL.before(1)).hasSeconds(1);
        assertThat(Patience.USUAL.before(4)).hasSeconds(8);
        assertThat(Patience.USUAL.before(60)).hasSeconds(60);
        assertThat(Patience.bounded(Duration.ofDays(1))).hasSeconds(60);
    }

    @Test
    void a_server_that_falls_silent_is_asked_again_for_the_rest() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Script silent = (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Length: " + BYTES.length);
            out.write(BYTES, 0, 100_000);
            out.flush();
            hold(done);
        };
        server.on("/m", RawServer.inTurn(silent, RawServer.file(BYTES, TAG)));
        Patience hasty = new Patience(Duration.ofSeconds(10), Duration.ofSeconds(1), 3, Duration.ofMillis(1));

        fetch(wanted("/m"), hasty, Map.of());
        done.countDown();

        assertWhole();
        assertThat(notes).anyMatch(note -> note.contains("nothing came for 1 s"));
        assertThat(server.requests().get(1).header("Range")).isEqualTo("bytes=100000-");
    }

    private static void hold(CountDownLatch until) throws IOException {
        try {
            assertThat(until.await(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Test
    void redirects_are_followed_and_the_range_goes_with_them() throws Exception {
        Script hop = (request, out) -> RawServer.head(out, "302 Found", "Location: /m", "Content-Length: 0");
        server.on("/hop", hop).on("/m", RawServer.inTurn(cut(BYTES, TAG, 100_000), RawServer.file(BYTES, TAG)));

        fetch(wanted("/hop"));

        assertWhole();
        assertThat(server.requests()).extracting(RawServer.Request::target).containsExactly("/hop", "/m", "/hop", "/m");
        assertThat(server.requests().get(3).header("Range")).startsWith("bytes=");
    }

    @Test
    void a_redirect_in_a_circle_is_an_error() {
        server.on("/a", (request, out) -> RawServer.head(out, "301 Moved", "Location: /b", "Content-Length: 0"));
        server.on("/b", (request, out) -> RawServer.head(out, "308 Moved", "Location: /a", "Content-Length: 0"));

        assertThatThrownBy(() -> fetch(wanted("/a")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("redirects more than 10 times");
        assertThat(server.requests()).hasSize(11);
    }

    @Test
    void a_redirect_goes_from_http_to_https_but_never_back_and_never_to_a_file() throws Exception {
        Wanted wanted = wanted("/m");
        URI http = URI.create("http://a.org/m");
        URI https = URI.create("https://a.org/m");

        assertThat(Downloader.redirected(wanted, http, "https://b.org/x")).hasToString("https://b.org/x");
        assertThat(Downloader.redirected(wanted, http, "http://b.org/x")).hasToString("http://b.org/x");
        assertThat(Downloader.redirected(wanted, https, "../x")).hasToString("https://a.org/../x");
        assertThatThrownBy(() -> Downloader.redirected(wanted, https, "http://b.org/x"))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("redirects to 'http://b.org/x'; allowed: an address with https");
        for (String location : List.of("file:///etc/passwd", "ftp://b.org/x", "", "https:///x", "::")) {
            assertThatThrownBy(() -> Downloader.redirected(wanted, http, location))
                    .as(location)
                    .isInstanceOf(DownloadException.class);
        }
    }

    @Test
    void a_compressed_answer_is_unpacked_and_another_encoding_refused() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(BYTES);
        }
        server.on("/gzip", (request, out) -> {
            RawServer.head(out, "200 OK", "ETag: " + TAG, "Content-Encoding: gzip", "Content-Length: " + packed.size());
            packed.writeTo(out);
        });
        server.on("/br", (request, out) -> RawServer.head(out, "200 OK", "Content-Encoding: br", "Content-Length: 0"));

        fetch(wanted("/gzip"));
        assertWhole();
        assertThatThrownBy(() -> fetch(wanted("/br")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("encoding 'br'");
    }

    @Test
    void a_part_that_turns_out_to_be_whole_is_not_asked_for_again() throws Exception {
        Files.write(folder.resolve("m.onnx.part"), BYTES);
        Files.writeString(folder.resolve("m.onnx.part.from"), server.at("/m") + "\n" + TAG + "\n");
        server.on("/m", RawServer.file(BYTES, TAG));

        fetch(unproven("/m"));
        assertWhole();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void an_unknown_host_says_that_there_seems_to_be_no_network() {
        Wanted wanted = new Wanted(
                URI.create("http://no.such.host.invalid/m"), target(), OptionalLong.empty(), Optional.empty());

        assertThatThrownBy(() -> fetch(wanted))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("no.such.host.invalid cannot be found: there seems to be no network here")
                .hasMessageContaining("mirror")
                .hasMessageContaining(target().toString());
    }

    @Test
    void a_port_that_nobody_listens_on_is_tried_again_and_given_up() throws Exception {
        int port;
        try (ServerSocket unused = new ServerSocket(0)) {
            port = unused.getLocalPort();
        }
        Wanted wanted = new Wanted(
                URI.create("http://127.0.0.1:" + port + "/m"), target(), OptionalLong.empty(), Optional.empty());

        assertThatThrownBy(() -> fetch(wanted))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("127.0.0.1: cannot be reached")
                .hasMessageContaining("3 times in a row");
    }

    @Test
    void a_disk_without_room_is_said_before_anything_is_written() throws Exception {
        long much = 1L << 50;
        server.on("/m", (request, out) -> RawServer.head(out, "200 OK", "Content-Length: " + much));

        assertThatThrownBy(() -> fetch(new Wanted(server.at("/m"), target(), OptionalLong.of(much), Optional.empty())))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("needs 1126 TB more, and its disk has ");
    }

    @Test
    void what_a_disk_says_is_said_in_plain_words() throws Exception {
        assertThat(Disk.fault(target(), new IOException("No space left on device")))
                .hasMessageContaining("m.onnx': the disk is full; make room");
        assertThat(Disk.fault(target(), new AccessDeniedException("m.onnx.part")))
                .hasMessageContaining("no permission to write there");
        Files.writeString(folder.resolve("file"), "");
        Wanted below =
                new Wanted(server.at("/m"), folder.resolve("file/m.onnx"), OptionalLong.empty(), Optional.empty());
        assertThatThrownBy(() -> fetch(below))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("cannot be written");
    }

    @Test
    void a_link_that_was_planted_as_the_part_is_not_followed() throws Exception {
        Path victim = Files.writeString(folder.resolve("victim"), "mine");
        Files.createSymbolicLink(folder.resolve("m.onnx.part"), victim);
        server.on("/m", RawServer.file(BYTES, TAG));

        assertThatThrownBy(() -> fetch(wanted("/m"))).isInstanceOf(DownloadException.class);
        assertThat(victim).hasContent("mine");
    }

    @Test
    void two_downloads_of_one_file_exclude_each_other() throws Exception {
        server.on("/m", RawServer.file(BYTES, TAG));
        try (Partial other = Partial.open(target(), server.at("/m"))) {
            assertThat(other.size()).isZero();
            assertThatThrownBy(() -> fetch(wanted("/m")))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("is being downloaded by somebody else");
        }
        fetch(wanted("/m"));
        assertWhole();
    }

    @Test
    void a_proxy_of_the_environment_is_asked_instead_of_the_server() throws Exception {
        server.on("http://models.example/m", RawServer.file(BYTES, TAG));
        Wanted wanted = new Wanted(
                URI.create("http://models.example/m"),
                target(),
                OptionalLong.of(BYTES.length),
                Optional.of(sha256(BYTES)));

        fetch(wanted, IMPATIENT, Map.of("HTTP_PROXY", "127.0.0.1:" + server.port()));
        assertWhole();
        EnvironmentProxies proxies = new EnvironmentProxies(
                Map.of("https_proxy", "http://p:8080/", "no_proxy", "localhost, .inside.org"), null);
        assertThat(proxies.select(URI.create("https://a.org/")).toString())
                .contains("p")
                .contains("8080");
        assertThat(proxies.select(URI.create("https://a.inside.org/"))).containsExactly(java.net.Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("https://notinside.org/"))).doesNotContain(java.net.Proxy.NO_PROXY);
        assertThat(proxies.select(URI.create("http://a.org/"))).containsExactly(java.net.Proxy.NO_PROXY);
    }

    @Test
    void a_local_address_is_copied_and_measured_alike() throws Exception {
        Path there = Files.write(folder.resolve("there"), BYTES);
        Wanted local = new Wanted(
                there.toUri(), folder.resolve("sub/m.onnx"), OptionalLong.empty(), Optional.of(sha256(BYTES)));

        assertThat(fetch(local).bytes()).isEqualTo(BYTES.length);
        assertThat(folder.resolve("sub/m.onnx")).hasBinaryContent(BYTES);
        assertThatThrownBy(() -> fetch(
                        new Wanted(folder.resolve("none").toUri(), target(), OptionalLong.empty(), Optional.empty())))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("there is no file at file:");
    }

    @Test
    void a_mirror_has_each_file_under_its_servers_name() {
        URI address = URI.create("https://a.org/r/v1/m.onnx?download=true");
        assertThat(new Mirror("https://mirror.example/models/").of(address))
                .hasToString("https://mirror.example/models/a.org/r/v1/m.onnx?download=true");
        assertThat(new Mirror("file:///media/models").of(URI.create("https://a.org/m")))
                .hasToString("file:///media/models/a.org/m");
        assertThat(new Mirror("http://m").of(URI.create("file:///local/m"))).hasToString("file:///local/m");
        for (String wrong : List.of("", "mirror.example", "ftp://m", "https://", "https://m?x=1")) {
            assertThatThrownBy(() -> new Mirror(wrong)).as(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void sizes_are_shown_as_people_read_them() {
        assertThat(List.of(0L, 999L, 3_659_407L, 1_216_438_437L, 92_591_623L, 208_044_816L))
                .extracting(Bytes::text)
                .containsExactly("0 B", "999 B", "3.7 MB", "1.2 GB", "92.6 MB", "208 MB");
    }
}
