package io.sluice.video;

import static io.sluice.video.Videos.rate;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small videos, each broken in one way: what becomes of it, word for word. */
class GeneratedHostileVideoTest {
    private static final DecoderLimits LIMITS =
            new DecoderLimits(128, 1500, 20, 1_000_000, 1L << 30, 3600L * 1_000_000, 2000, 16, 20, 20_000_000);

    private static final int FRAMES = 20;

    /** So few frames at the end may be missing without notice: durations are not exact. */
    private static final int TOLERATED = 3;

    /** Reasons begin with words for a person; FFmpeg's follow in brackets. */
    private static final String PLAIN = "(cannot be opened|its streams cannot be read|no frame can be decoded): "
            + "(it|its|the|what) [^(]*( \\(FFmpeg: .*\\))?"
            + "|not a video.*|not an allowed container: .*|no video stream|its video stream is empty|its index names .*|no decoder for codec .*";

    private static final String ALLOWED =
            " (allowed: mp4, mov, mkv, webm, avi, ts, mpg, flv, ogv, gif, mxf, wmv, ivf, dv)";

    @TempDir
    private static Path folder;

    private static Decoders decoders;

    @BeforeAll
    static void start() {
        decoders = new Decoders(1, LIMITS);
    }

    @AfterAll
    static void stop() {
        decoders.close();
    }

    private interface Build {
        Path write(Path folder) throws IOException;
    }

    private interface Change {
        byte[] of(byte[] file);
    }

    private static Arguments video(String name, Build build, String ending) {
        return Arguments.of(name, build, ending);
    }

    private static Arguments mp4(String name, Change change, String ending) {
        return changed(name, TinyVideo.mpeg4("mp4"), "mp4", change, ending);
    }

    private static Arguments mkv(String name, Change change, String ending) {
        return changed(name, TinyVideo.mpeg4("matroska"), "mkv", change, ending);
    }

    private static Arguments changed(String name, TinyVideo from, String extension, Change change, String ending) {
        return video(
                name,
                folder -> {
                    Path file = from.write(folder.resolve("x." + extension));
                    return Files.write(file, change.of(Files.readAllBytes(file)));
                },
                ending);
    }

    static Stream<Arguments> videos() {
        int yuv420 = avutil.AV_PIX_FMT_YUV420P;
        return Stream.of(
                mp4("as it should be", file -> file, "20 frames"),
                mkv("as it should be, in Matroska", file -> file, "20 frames"),
                mp4(
                        "the first 40 bytes",
                        file -> Arrays.copyOf(file, 40),
                        "failed: cannot be opened: its index is missing: the recording was not ended, or the file is cut off"),
                mp4(
                        "header only",
                        file -> Arrays.copyOf(file, Parts.find(file, "mdat").start()),
                        "failed: cannot be opened: its index is missing: the recording was not ended, or the file is cut off"),
                mp4(
                        "index only",
                        file -> without(file, Parts.find(file, "mdat")),
                        "failed: no frame can be decoded: what it holds is broken"),
                mp4(
                        "a hundred bytes of zeros",
                        file -> new byte[100],
                        "failed: not a video: its content is of no known container" + ALLOWED),
                mp4(
                        "a megabyte of zeros",
                        file -> new byte[1 << 20],
                        "failed: not a video: its content is of no known container" + ALLOWED),
                mp4(
                        "a megabyte of noise",
                        file -> noise(1 << 20),
                        "failed: not a video: its content is of no known container" + ALLOWED),
                mp4(
                        "text",
                        file -> "no video at all\n".getBytes(StandardCharsets.UTF_8),
                        "failed: not a video: its content is of no known container" + ALLOWED),
                changed("Matroska named mp4", TinyVideo.mpeg4("matroska"), "mp4", file -> file, "20 frames"),
                changed("AVI named mkv", TinyVideo.mpeg4("avi"), "mkv", file -> file, "20 frames"),
                mp4("tkhd of 65535 x 65535", file -> patch(file, "tkhd", -8, "FFFF0000FFFF0000"), "20 frames"),
                changed(
                        "sample description of 65535 x 65535",
                        TinyVideo.of("mov", avcodec.AV_CODEC_ID_MJPEG).then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10),
                        "mov",
                        file -> patch(file, "jpeg", 24, "FFFFFFFF"),
                        "failed: pictures of 65535x65535: 1000000 pixels are allowed"),
                mkv(
                        "PixelWidth of 60000",
                        file -> number(file, "B0", 60000),
                        "failed: pictures of 60000x48: 1000000 pixels are allowed"),
                mkv("PixelWidth and PixelHeight of 0", file -> number(number(file, "B0", 0), "BA", 0), "20 frames"),
                mp4(
                        "10,000 tracks",
                        file -> repeat(file, "trak", 10_000),
                        "failed: more than 16 streams: 16 are allowed"),
                mkv(
                        "10,000 tracks in Matroska",
                        file -> repeat(file, "AE", 10_000),
                        "failed: more than 16 streams: 16 are allowed"),
                mp4("17 tracks", file -> repeat(file, "trak", 17), "failed: more than 16 streams: 16 are allowed"),
                mp4(
                        "boxes nested 20,000 deep",
                        file -> nested("moov", 20_000),
                        "failed: cannot be opened: its header is broken or cut off"),
                mkv("elements nested 20,000 deep", file -> nestedElements(file, 20_000), "20 frames"),
                mp4(
                        "chunk offsets beyond the file",
                        file -> fill(file, "stco", 8, 0x7f),
                        "failed: its index names 20 frames, none of which is in the file: it is cut off or broken"),
                mp4(
                        "sizes of two gigabytes each",
                        file -> fill(file, "stsz", 12, 0x7f),
                        "failed: its video stream is empty"),
                mp4(
                        "a sample table of 2^31 entries",
                        file -> patch(file, "stsz", 8, "7FFFFFFF"),
                        "failed: cannot be opened: its header is broken or cut off"),
                mp4("all times equal", file -> patch(file, "stts", 12, "00000000"), "20 frames"),
                mp4(
                        "a time scale of 0",
                        file -> patch(file, "mdhd", 12, "00000000"),
                        "1 frames; its clock is broken (0 ticks a second): times of frames are made up, and frames may be missing"),
                mp4(
                        "a time scale of -1",
                        file -> patch(file, "mdhd", 12, "FFFFFFFF"),
                        "1 frames; its clock is broken (-1 ticks a second): times of frames are made up, and frames may be missing"),
                mp4("a claim of 39 hours", file -> hours(file, 39), "20 frames"),
                changed(
                        "an unknown codec",
                        TinyVideo.of("mov", avcodec.AV_CODEC_ID_MJPEG).then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10),
                        "mov",
                        file -> patch(file, "jpeg", -4 - size(file, "jpeg"), "78797A78"),
                        "failed: no decoder for codec 'xyzx', which is not known"),
                mkv("cyclic seek heads", GeneratedHostileVideoTest::cyclic, "20 frames"),
                mkv("a time scale of 0 in Matroska", file -> number(file, "2AD7B1", 0), "20 frames"),
                mkv("a duration that is no number", file -> number(file, "4489", 0x7ff8000000000000L), "20 frames"),
                mkv("a duration without end", file -> number(file, "4489", 0x7ff0000000000000L), "20 frames"),
                mkv("times that go backwards", file -> times(file, number -> 2000 - 100 * number), "20 frames"),
                mkv("times all equal", file -> times(file, number -> 500), "2 frames"),
                mkv(
                        "a claim of 11 days",
                        file -> number(file, "4489", Double.doubleToLongBits(1e9)),
                        "failed: it claims to last 1000000 s: 3600 s are allowed"),
                video(
                        "times far beyond the limit, without a claim",
                        folder -> TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 200)
                                .with("live", "1")
                                .at(number -> 1000 * number)
                                .write(folder.resolve("x.mkv")),
                        "failed: its pictures' times reach over 13700 s: 3600 s are allowed"),
                video(
                        "a larger picture in the middle",
                        folder -> TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10)
                                .then(320, 240, avutil.AV_PIX_FMT_YUVJ420P, 10)
                                .write(folder.resolve("x.mkv")),
                        "20 frames"),
                video(
                        "pictures over the limit in the middle",
                        folder -> TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10)
                                .then(2000, 1000, avutil.AV_PIX_FMT_YUVJ420P, 5)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 5)
                                .write(folder.resolve("x.mkv")),
                        "15 frames; 5 frames could not be decoded: pictures of 2000x1000: 1000000 pixels are allowed"),
                changed(
                        "a header that claims 64 x 48 for pictures over the limit",
                        TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(2000, 1000, avutil.AV_PIX_FMT_YUVJ420P, 5),
                        "mkv",
                        file -> number(number(file, "B0", 64), "BA", 48),
                        "failed: no frame can be decoded: pictures of 2000x1000: 1000000 pixels are allowed"),
                video(
                        "another pixel format in the middle",
                        folder -> TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ444P, 10)
                                .write(folder.resolve("x.mkv")),
                        "20 frames"),
                video(
                        "a transport stream that changes size",
                        folder -> together(
                                folder.resolve("x.ts"),
                                TinyVideo.of("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO)
                                        .then(64, 48, yuv420, 20)
                                        .write(folder.resolve("a.ts")),
                                TinyVideo.of("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO)
                                        .then(160, 128, yuv420, 20)
                                        .write(folder.resolve("b.ts"))),
                        "39 frames"),
                video(
                        "more frames than the limit and no claim",
                        folder -> TinyVideo.of("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO)
                                .then(16, 16, yuv420, 2001)
                                .write(folder.resolve("x.ts")),
                        "failed: more than the allowed 2000 frames"),
                video(
                        "an empty file",
                        folder -> Files.createFile(folder.resolve("x.mkv")),
                        "failed: the file is empty"),
                video(
                        "a folder named as a video",
                        folder -> Files.createDirectory(folder.resolve("x.mp4")),
                        "failed: not a file but a folder"),
                video(
                        "a link to itself",
                        folder -> Files.createSymbolicLink(folder.resolve("x.mp4"), folder.resolve("x.mp4")),
                        "failed: a link that leads to no file"),
                video(
                        "a line break in the name",
                        folder -> TinyVideo.mpeg4("mp4").write(folder.resolve("a\nb.mp4")),
                        "20 frames"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("videos")
    void broken_videos_end_as_they_should(String name, Build build, String ending) throws IOException {
        Path own = Files.createTempDirectory(folder, "case");
        Path file = build.write(own);
        assertThat(Ending.of(decoders, file, rate(120)).words()).isEqualTo(ending);
    }

    @Test
    void a_video_without_keyframes_says_so_where_nothing_else_is_wanted() throws IOException {
        Path file = TinyVideo.mpeg4("mp4").write(folder.resolve("no-keyframes.mp4"));
        Files.write(file, fill(Files.readAllBytes(file), "stss", 8, 0x7f));

        assertThat(Ending.of(decoders, file, Videos.KEYFRAMES).words())
                .isEqualTo(
                        "failed: none of its frames is marked as a keyframe: extract.mode rate takes the others too");
        assertThat(Ending.of(decoders, file, rate(120)).words()).isEqualTo("20 frames");
    }

    /** Containers, and whether they say how much should be there, so that what is cut off can be missed. */
    private record Kind(String name, TinyVideo video, boolean tellsItsLength) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Kind> kinds() {
        int gif = avutil.AV_PIX_FMT_RGB8;
        return Stream.of(
                new Kind("mp4", TinyVideo.mpeg4("mp4"), true),
                new Kind("mp4 with its index first", TinyVideo.mpeg4("mp4").with("movflags", "faststart"), true),
                new Kind(
                        "fragmented mp4",
                        TinyVideo.mpeg4("mp4").with("movflags", "frag_keyframe+empty_moov+default_base_moof"),
                        false),
                new Kind("mov", TinyVideo.mpeg4("mov"), true),
                new Kind("mkv", TinyVideo.mpeg4("matroska"), true),
                new Kind("avi", TinyVideo.mpeg4("avi"), true),
                new Kind("ts", tiny("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO), false),
                new Kind("mpg", tiny("mpeg", avcodec.AV_CODEC_ID_MPEG1VIDEO), false),
                new Kind("flv", tiny("flv", avcodec.AV_CODEC_ID_FLV1), false),
                new Kind("wmv", tiny("asf", avcodec.AV_CODEC_ID_WMV2), true),
                new Kind("mxf", tiny("mxf", avcodec.AV_CODEC_ID_MPEG2VIDEO).rate(25), true),
                new Kind("gif", TinyVideo.of("gif", avcodec.AV_CODEC_ID_GIF).then(64, 48, gif, FRAMES), false));
    }

    private static TinyVideo tiny(String muxer, int codec) {
        return TinyVideo.of(muxer, codec).then(64, 48, avutil.AV_PIX_FMT_YUV420P, FRAMES);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void what_is_cut_off_is_missed(Kind kind) throws IOException {
        damaged(kind, "cut", (file, percent) -> Arrays.copyOf(file, file.length * percent / 100));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void a_tail_of_zeros_gives_what_is_before_it(Kind kind) throws IOException {
        damaged(kind, "zeros", (file, percent) -> {
            Arrays.fill(file, file.length * percent / 100, file.length, (byte) 0);
            return file;
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void garbage_in_the_middle_gives_what_is_around_it(Kind kind) throws IOException {
        damaged(kind, "garbage", (file, percent) -> {
            byte[] noise = noise(file.length / 10);
            int at = Math.min(file.length - noise.length, file.length * percent / 100);
            System.arraycopy(noise, 0, file, at, noise.length);
            return file;
        });
    }

    private interface Damage {
        byte[] at(byte[] file, int percent);
    }

    private static void damaged(Kind kind, String how, Damage damage) throws IOException {
        Path own = Files.createTempDirectory(folder, "damaged");
        byte[] whole = Files.readAllBytes(kind.video().write(own.resolve("whole")));
        int best = 0;
        for (int percent : new int[] {1, 5, 20, 40, 60, 80, 95, 99}) {
            Path file = Files.write(own.resolve(percent + ".mp4"), damage.at(whole.clone(), percent));
            Ending ending = Ending.of(decoders, file, rate(120));
            String what = kind + ", " + how + " at " + percent + " %: " + ending.words();
            best = Math.max(best, ending.frames());
            if (ending.reason() != null) {
                assertThat(ending.reason()).as(what).matches(PLAIN);
            } else {
                assertThat(ending.frames()).as(what).isBetween(1, FRAMES);
                if (ending.frames() < FRAMES - TOLERATED && kind.tellsItsLength() && !how.equals("garbage")) {
                    assertThat(ending.warnings())
                            .as(what)
                            .anyMatch(
                                    warning -> warning.contains("could not be decoded") || warning.contains("missing"));
                }
            }
        }
        boolean indexLast = List.of("mp4", "mov").contains(kind.name());
        if (!indexLast || how.equals("garbage")) {
            assertThat(best).as("frames of the least damaged " + kind).isPositive();
        }
    }

    private static byte[] without(byte[] file, Parts.Part part) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, part.start());
        out.write(file, part.end(), file.length - part.end());
        return out.toByteArray();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static int size(byte[] file, String part) {
        return Parts.find(file, part).end() - Parts.find(file, part).content();
    }

    /** @param at in the part's content; from its end if negative */
    private static byte[] patch(byte[] file, String part, int at, String hex) {
        Parts.Part found = Parts.find(file, part);
        byte[] bytes = HexFormat.of().parseHex(hex);
        System.arraycopy(bytes, 0, file, at < 0 ? found.end() + at : found.content() + at, bytes.length);
        return file;
    }

    private static byte[] fill(byte[] file, String part, int at, int value) {
        Parts.Part found = Parts.find(file, part);
        Arrays.fill(file, found.content() + at, found.end(), (byte) value);
        return file;
    }

    /** Gives a Matroska element another number of eight bytes. */
    private static byte[] number(byte[] file, String id, long value) {
        byte[] bytes = ByteBuffer.allocate(8).putLong(value).array();
        return Parts.replace(file, Parts.find(file, id), Parts.element(id, bytes));
    }

    private static byte[] repeat(byte[] file, String id, int times) {
        Parts.Part found = Parts.find(file, id);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.write(file, found.start(), found.end() - found.start());
        }
        return Parts.replace(file, found, out.toByteArray());
    }

    private static byte[] nested(String box, int depth) {
        ByteBuffer bytes = ByteBuffer.allocate(24 + 8 * depth);
        bytes.putInt(24)
                .put("ftypisom".getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .put("isomiso2".getBytes(StandardCharsets.US_ASCII));
        for (int i = depth; i > 0; i--) {
            bytes.putInt(8 * i).put(box.getBytes(StandardCharsets.US_ASCII));
        }
        return bytes.array();
    }

    /** Tags within tags, which Matroska allows to any depth. */
    private static byte[] nestedElements(byte[] file, int depth) {
        int head = 2 + 8;
        ByteBuffer tags = ByteBuffer.allocate((depth + 2) * head + 2);
        tags.put(HexFormat.of().parseHex("1254C367")).putLong(0x0100000000000000L | (depth + 1L) * head);
        tags.put(HexFormat.of().parseHex("7373")).putLong(0x0100000000000000L | (long) depth * head);
        for (int i = depth - 1; i >= 0; i--) {
            tags.put(HexFormat.of().parseHex("67C8")).putLong(0x0100000000000000L | (long) i * head);
        }
        Parts.Part tracks = Parts.find(file, "1654AE6B");
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(tags.array());
        both.write(file, tracks.start(), tracks.end() - tracks.start());
        return Parts.replace(file, tracks, both.toByteArray());
    }

    private static byte[] hours(byte[] file, int hours) {
        int scale = ByteBuffer.wrap(file).getInt(Parts.find(file, "mdhd").content() + 12);
        byte[] patched = patch(file, "mdhd", 16, HexFormat.of().toHexDigits(hours * 3600 * scale));
        int movie = ByteBuffer.wrap(file).getInt(Parts.find(file, "mvhd").content() + 12);
        return patch(patched, "mvhd", 16, HexFormat.of().toHexDigits(hours * 3600 * movie));
    }

    /** Every seek entry points at the seek head itself. */
    private static byte[] cyclic(byte[] file) {
        byte[] result = file;
        for (Parts.Part part : Parts.of(file)) {
            if (part.name().equals("53AB")) {
                byte[] id = HexFormat.of().parseHex("114D9B74");
                System.arraycopy(id, 0, result, part.content(), Math.min(id.length, part.end() - part.content()));
            } else if (part.name().equals("53AC")) {
                Arrays.fill(result, part.content(), part.end(), (byte) 0);
            }
        }
        return result;
    }

    private interface Times {
        int of(int number);
    }

    private static byte[] times(byte[] file, Times times) {
        int number = 0;
        for (Parts.Part part : Parts.of(file)) {
            if (part.name().equals("A3")) {
                ByteBuffer.wrap(file).putShort(part.content() + 1, (short) times.of(number++));
            }
        }
        return file;
    }

    private static Path together(Path file, Path... parts) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Path part : parts) {
            out.writeBytes(Files.readAllBytes(part));
        }
        return Files.write(file, out.toByteArray());
    }
}
