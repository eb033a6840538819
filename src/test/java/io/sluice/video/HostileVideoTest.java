package io.sluice.video;

import static io.sluice.video.Videos.KEYFRAMES;
import static io.sluice.video.Videos.good;
import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.Assets;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostileVideoTest {
    private static final DecoderLimits LIMITS = new DecoderLimits(
            128, 2500, 30, 4096L * 2304, 1L << 30, 10L * 3600 * 1_000_000, 1_000_000, 16, 20, 30_000_000);

    private static Decoders decoders;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, LIMITS);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    @Test
    void hostile_files_end_with_a_reason_or_with_the_frames_that_decode() {
        Map<String, String> endings = new TreeMap<>();
        for (Path video : Videos.in("videos/hostile")) {
            endings.put(
                    video.getFileName().toString(),
                    Ending.of(decoders, video, rate(120)).words());
            Path fine = good("decord_rot90_568x320_3frames.mov");
            assertThat(Videos.extract(decoders, fine, rate(120)).frames())
                    .as("a good video after %s", video)
                    .hasSize(3);
        }
        endings.forEach((k, v) -> System.out.println(k + " => " + v));
        assertThat(endings).isEqualTo(HostileVideos.endings());
    }

    @Test
    void playlists_and_scripts_named_as_videos_read_nothing_and_call_nobody(@TempDir Path folder) throws IOException {
        Path canary = folder.resolve("canary.mp4");
        Files.copy(Assets.path("videos/good/mdn_flower_960x540_5s.mp4"), canary);
        try (ServerSocket host = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "http://127.0.0.1:" + host.getLocalPort() + "/x.ts";
            Map<String, String> scripts = Map.of(
                    "hls.mp4",
                            "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n" + address + "\n#EXTINF:10,\n" + canary
                                    + "\n#EXT-X-ENDLIST\n",
                    "concat.mkv", "ffconcat version 1.0\nfile '" + canary + "'\n",
                    "dash.ts",
                            "<?xml version=\"1.0\"?>\n<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\" type=\"static\""
                                    + " profiles=\"urn:mpeg:dash:profile:isoff-main:2011\"><Period><BaseURL>" + address
                                    + "</BaseURL></Period></MPD>\n",
                    "sdp.avi",
                            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
                                    + "a=rtpmap:96 H264/90000\n");
            for (Map.Entry<String, String> script : scripts.entrySet()) {
                Path file = Files.writeString(folder.resolve(script.getKey()), script.getValue());
                assertThatThrownBy(() -> decoders.plan(file, KEYFRAMES))
                        .as(script.getKey())
                        .isInstanceOf(VideoException.class)
                        .hasMessageStartingWith("not ");
            }
            assertThatThrownBy(() -> decoders.plan(folder.resolve("hls.mp4"), KEYFRAMES))
                    .hasMessageStartingWith("not an allowed container: hls");
            host.setSoTimeout(1);
            assertThatThrownBy(host::accept).isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void limits_are_named_when_they_are_exceeded() {
        Path video = good("intel_car-detection_768x432_12.5fps_30s.mp4");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 300_000, 1 << 30, 1L << 40, 1000, 8, 60, 60_000_000),
                "pictures of 768x432: 300000 pixels are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1000, 1L << 40, 1000, 8, 60, 60_000_000),
                "the file has 2811553 bytes: 1000 are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 20_000_000, 1000, 8, 60, 60_000_000),
                "it claims to last 30 s: 20 s are allowed");
        assertRefused(
                video,
                new DecoderLimits(64, 700, 30, 1 << 20, 1 << 30, 1L << 40, 376, 8, 60, 60_000_000),
                "it claims 377 frames: 376 are allowed");
    }

    private static void assertRefused(Path video, DecoderLimits limits, String reason) {
        try (Decoders strict = new Decoders(1, limits)) {
            assertThatThrownBy(() -> strict.plan(video, KEYFRAMES))
                    .isInstanceOf(VideoException.class)
                    .hasMessage(reason);
        }
    }

    @Test
    void a_name_with_blanks_colons_and_umlauts_is_a_file_all_the_same(@TempDir Path folder) throws IOException {
        Path video = folder.resolve("http: a b%20ü.mov");
        Files.copy(good("decord_rot90_568x320_3frames.mov"), video);
        assertThat(decoders.plan(video, KEYFRAMES).codec()).isEqualTo("h264");
    }
}
