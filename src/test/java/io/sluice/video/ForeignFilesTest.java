package io.sluice.video;

import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Playlists, scripts and containers that name other files and hosts: none is opened, none is called. The canary is a named pipe,
 * whose writing end can be opened only when someone has opened it to read.
 */
class ForeignFilesTest {
    private static final DecoderLimits LIMITS =
            new DecoderLimits(96, 1200, 10, 1_000_000, 1L << 30, 3600L * 1_000_000, 2000, 16, 20, 20_000_000);

    private static final List<String> EXTENSIONS = List.of("mp4", "mkv", "ts", "avi", "mov", "webm", "mpg", "wmv");

    private static Decoders decoders;

    @TempDir
    private Path folder;

    private Path canary = Path.of("");
    private Thread canaryWatch = new Thread();
    private ServerSocket host = unconnected();

    private static ServerSocket unconnected() {
        try {
            return new ServerSocket();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, LIMITS);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    @BeforeEach
    void setOut() throws Exception {
        Commands.assumeInstalled("mkfifo");
        canary = folder.resolve("canary.mp4");
        assertThat(new ProcessBuilder("mkfifo", canary.toString()).start().waitFor())
                .isZero();
        canaryWatch = new Thread(
                () -> {
                    try {
                        new FileOutputStream(canary.toFile()).close();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "canary");
        canaryWatch.setDaemon(true);
        canaryWatch.start();
        host = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        host.setSoTimeout(1);
    }

    @AfterEach
    void takeIn() throws Exception {
        host.close();
        if (canaryWatch.isAlive()) {
            Files.newInputStream(canary).close();
            canaryWatch.join();
        }
    }

    private void assertUntouched(String by) {
        assertThat(canaryWatch.isAlive())
                .as("nobody has opened the canary: " + by)
                .isTrue();
        assertThatThrownBy(host::accept)
                .as("nobody has called the host: " + by)
                .isInstanceOf(SocketTimeoutException.class);
    }

    private String address() {
        return "http://127.0.0.1:" + host.getLocalPort() + "/x.ts";
    }

    /** By kind, what names the canary and the host. */
    private Map<String, String> scripts() {
        String path = canary.toString();
        String url = address();
        Map<String, String> scripts = new LinkedHashMap<>();
        scripts.put(
                "hls",
                "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + path + "\n#EXTINF:10,\n" + url
                        + "\n#EXT-X-ENDLIST\n");
        scripts.put("hls of a file url", "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://" + path + "\n");
        scripts.put("hls key", "#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI=\"" + path + "\"\n#EXTINF:1,\n" + url + "\n");
        scripts.put("hls master", "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n" + url + "\n");
        scripts.put("hls with a byte order mark", "\uFEFF#EXTM3U\n#EXTINF:10,\n" + path + "\n");
        scripts.put("concat", "ffconcat version 1.0\nfile '" + path + "'\nfile '" + url + "'\n");
        scripts.put("concat without its first line", "file '" + path + "'\n");
        scripts.put(
                "dash",
                "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\" profiles=\""
                        + "urn:mpeg:dash:profile:isoff-main:2011\"><Period><AdaptationSet mimeType=\"video/mp4\">"
                        + "<Representation id=\"1\" bandwidth=\"1\"><BaseURL>" + url
                        + "</BaseURL></Representation></AdaptationSet></Period></MPD>\n");
        scripts.put(
                "sdp",
                "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
                        + "a=rtpmap:96 H264/90000\na=control:" + url + "\n");
        scripts.put("asx", "<asx version=\"3.0\"><entry><ref href=\"" + url + "\"/></entry></asx>\n");
        scripts.put("asf reference", "[Reference]\nRef1=" + url + "\nRef2=" + path + "\n");
        scripts.put("pls", "[playlist]\nFile1=" + url + "\nFile2=" + path + "\nNumberOfEntries=2\n");
        scripts.put(
                "xspf",
                "<?xml version=\"1.0\"?><playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\"><trackList><track>"
                        + "<location>" + url + "</location></track></trackList></playlist>\n");
        scripts.put("smil", "<smil><body><video src=\"" + url + "\"/><video src=\"" + path + "\"/></body></smil>\n");
        scripts.put("realtext", "<window type=\"generic\"><time begin=\"0\"/><a href=\"" + url + "\">x</a></window>\n");
        scripts.put("rtsp redirect", "rtsptext\n" + url + "\n");
        scripts.put("real media list", url + "\nfile://" + path + "\n");
        scripts.put("ffmetadata", ";FFMETADATA1\ntitle=" + path + "\n[STREAM]\nurl=" + url + "\n");
        scripts.put("subtitles", "1\n00:00:00,000 --> 00:00:09,000\n<img src=\"" + url + "\">\n\n");
        scripts.put("web subtitles", "WEBVTT\n\n00:00.000 --> 00:09.000\n<c." + path + ">x</c>\n");
        scripts.put(
                "styled subtitles",
                "[Script Info]\nScriptType: v4.00+\nVideo File: " + path + "\n[Events]\nFormat: Start, End, Text\n");
        scripts.put(
                "picture subtitles",
                "# VobSub index file, v7 (do not modify this line!)\nsize: 720x576\nid: en, index: 0\n");
        scripts.put("filter graph", "movie=" + path + "\n");
        scripts.put("avisynth", "FFmpegSource2(\"" + path + "\")\n");
        scripts.put("mlt", "<mlt><producer><property name=\"resource\">" + path + "</property></producer></mlt>\n");
        scripts.put(
                "imf",
                "<?xml version=\"1.0\"?><CompositionPlaylist xmlns=\"http://www.smpte-ra.org/schemas/2067-3/2016\"><Id>"
                        + url + "</Id></CompositionPlaylist>\n");
        scripts.put("svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"" + url + "\"/></svg>\n");
        return scripts;
    }

    @Test
    void scripts_under_the_names_of_videos_read_nothing_and_call_nobody() throws IOException {
        for (Map.Entry<String, String> script : scripts().entrySet()) {
            for (String extension : EXTENSIONS) {
                Path file = Files.writeString(folder.resolve("script." + extension), script.getValue());
                Files.writeString(folder.resolve("script.sub"), "no subtitles");
                String what = script.getKey() + " named " + extension;
                assertThatThrownBy(() -> decoders.plan(file, rate(120)))
                        .as(what)
                        .isInstanceOf(VideoException.class)
                        .hasMessageStartingWith("not ");
                assertUntouched(what);
            }
        }
        Path playlist = Files.writeString(
                folder.resolve("list.mp4"), String.valueOf(scripts().get("hls")));
        assertThatThrownBy(() -> decoders.plan(playlist, rate(120)))
                .hasMessageStartingWith("not an allowed container: hls, a playlist");
    }

    /** QuickTime's way to keep pictures in another file: an alias with an absolute path in place of "in this file". */
    @Test
    void an_alias_in_a_movie_is_not_followed() throws IOException {
        Path file = writeAlias();

        assertThat(Ending.of(decoders, file, rate(120)).words())
                .isEqualTo("failed: its pictures lie in another file ('" + canary + "'), and other files are not read");
        assertUntouched("an alias");
    }

    private Path writeAlias() throws IOException {
        byte[] movie = Files.readAllBytes(TinyVideo.mpeg4("mov").write(folder.resolve("alias.mov")));
        byte[] path = canary.toString().getBytes(StandardCharsets.UTF_8);
        int absolutePath = 2;
        // 150 bytes of volume, file name and dates, which are not needed; then entries of a number, a length and bytes.
        int even = path.length + path.length % 2;
        ByteBuffer alias = ByteBuffer.allocate(4 + 150 + 4 + even + 4);
        alias.position(4 + 150);
        alias.putShort((short) absolutePath).putShort((short) path.length).put(path);
        alias.putShort(alias.capacity() - 4, (short) -1);
        byte[] entry = Parts.box("alis", alias.array());
        byte[] reference = Parts.box(
                "dref",
                ByteBuffer.allocate(8 + entry.length).putLong(1).put(entry).array());
        Parts.Part minf = Parts.find(movie, "minf");
        Parts.Part dref = Parts.of(movie).stream()
                .filter(part -> part.name().equals("dref") && part.start() > minf.start() && part.end() <= minf.end())
                .findFirst()
                .orElseThrow();
        return Files.write(folder.resolve("alias.mov"), Parts.replace(movie, dref, reference));
    }

    /** Matroska's way to go on in another file. */
    @Test
    void segments_that_matroska_links_are_not_followed() throws IOException {
        byte[] video = Files.readAllBytes(TinyVideo.mpeg4("matroska").write(folder.resolve("linked.mkv")));
        byte[] path = canary.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer elements = ByteBuffer.allocate(4 * 64 + 2 * path.length);
        elements.put(Parts.element("3EB923", new byte[16]));
        elements.put(Parts.element("3CB923", new byte[16]));
        elements.put(Parts.element("3E83BB", path));
        elements.put(Parts.element("3C83AB", path));
        byte[] added = new byte[elements.position()];
        elements.flip().get(added);
        Parts.Part title = Parts.find(video, "4489");
        ByteBuffer both = ByteBuffer.allocate(added.length + title.end() - title.start());
        both.put(video, title.start(), title.end() - title.start()).put(added);
        Path file = Files.write(folder.resolve("linked.mkv"), Parts.replace(video, title, both.array()));

        assertThat(Ending.of(decoders, file, rate(120)).words()).isEqualTo("20 frames");
        assertUntouched("linked segments");
    }

    /** Were these scripts not what they seem, or the canary blind, the tests above would show nothing. */
    @Test
    void the_ffmpeg_command_does_fall_for_a_script() throws Exception {
        Path script = Files.writeString(
                folder.resolve("script.mp4"), String.valueOf(scripts().get("concat")));
        Process ffmpeg =
                Commands.start(folder, "-f", "concat", "-safe", "0", "-i", script.toString(), "-f", "null", "-");
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> !canaryWatch.isAlive());
        assertThat(ffmpeg.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void the_ffmpeg_command_does_fall_for_an_alias() throws Exception {
        Path movie = writeAlias();
        Process ffmpeg = Commands.start(
                folder, "-enable_drefs", "1", "-use_absolute_path", "1", "-i", movie.toString(), "-f", "null", "-");
        Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> !canaryWatch.isAlive());
        assertThat(ffmpeg.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void the_ffmpeg_command_does_call_the_host_of_a_playlist() throws Exception {
        Path script = Files.writeString(
                folder.resolve("script.m3u8"), String.valueOf(scripts().get("hls master")));
        Process ffmpeg = Commands.start(
                folder, "-protocol_whitelist", "file,http,tcp", "-i", script.toString(), "-f", "null", "-");
        host.setSoTimeout(60_000);
        host.accept().close();
        ffmpeg.destroyForcibly();
    }
}
