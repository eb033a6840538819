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
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Small videos, each broken in one way: what becomes of it, word for word. */
class GeneratedHostileVideoTest {
    private static final DecoderLimits LIMITS =
            new DecoderLimits(128, 1500, 20, 1_000_000, 1L << 30, 3600L * 1_000_000, 2000, 16, 20, 20_000_000);

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
                mp4("the first 40 bytes", file -> Arrays.copyOf(file, 40), "?"),
                mp4(
                        "header only",
                        file -> Arrays.copyOf(file, Parts.find(file, "mdat").start()),
                        "?"),
                mp4("index only", file -> without(file, Parts.find(file, "mdat")), "?"),
                mp4("a hundred bytes of zeros", file -> new byte[100], "?"),
                mp4("a megabyte of zeros", file -> new byte[1 << 20], "?"),
                mp4("a megabyte of noise", file -> noise(1 << 20), "?"),
                mp4("text", file -> "no video at all\n".getBytes(StandardCharsets.UTF_8), "?"),
                changed("Matroska named mp4", TinyVideo.mpeg4("matroska"), "mp4", file -> file, "20 frames"),
                changed("AVI named mkv", TinyVideo.mpeg4("avi"), "mkv", file -> file, "20 frames"),
                mp4("tkhd of 65535 x 65535", file -> patch(file, "tkhd", -8, "FFFF0000FFFF0000"), "?"),
                changed(
                        "sample description of 65535 x 65535",
                        TinyVideo.of("mov", avcodec.AV_CODEC_ID_MJPEG).then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 10),
                        "mov",
                        file -> patch(file, "jpeg", 24, "FFFFFFFF"),
                        "?"),
                mkv("PixelWidth of 60000", file -> number(file, "B0", 60000), "?"),
                mkv("PixelWidth and PixelHeight of 0", file -> number(number(file, "B0", 0), "BA", 0), "?"),
                mp4("10,000 tracks", file -> repeat(file, "trak", 10_000), "?"),
                mkv("10,000 tracks in Matroska", file -> repeatElement(file, "AE", 10_000), "?"),
                mp4("17 tracks", file -> repeat(file, "trak", 17), "?"),
                mp4("boxes nested 20,000 deep", file -> nested("moov", 20_000), "?"),
                mkv("elements nested 20,000 deep", file -> nestedElements(file, 20_000), "?"),
                mp4("chunk offsets beyond the file", file -> fill(file, "stco", 8, 0x7f), "?"),
                mp4("sizes of two gigabytes each", file -> fill(file, "stsz", 12, 0x7f), "?"),
                mp4("a sample table of 2^31 entries", file -> patch(file, "stsz", 8, "7FFFFFFF"), "?"),
                mp4("all times equal", file -> patch(file, "stts", 12, "00000000"), "?"),
                mp4("a time scale of 0", file -> patch(file, "mdhd", 12, "00000000"), "?"),
                mp4("a time scale of -1", file -> patch(file, "mdhd", 12, "FFFFFFFF"), "?"),
                mp4("a claim of 39 hours", file -> hours(file, 39), "?"),
                mp4("an unknown codec", file -> patch(file, "mp4v", -4 - size(file, "mp4v"), "78787878"), "?"),
                mkv("cyclic seek heads", GeneratedHostileVideoTest::cyclic, "?"),
                mkv("a time scale of 0 in Matroska", file -> number(file, "2AD7B1", 0), "?"),
                mkv("a duration that is no number", file -> number(file, "4489", 0x7ff8000000000000L), "?"),
                mkv("a duration without end", file -> number(file, "4489", 0x7ff0000000000000L), "?"),
                mkv("times that go backwards", file -> times(file, number -> 2000 - 100 * number), "?"),
                mkv("times all equal", file -> times(file, number -> 500), "?"),
                mkv("a claim of 11 days", file -> number(file, "4489", Double.doubleToLongBits(1e9)), "?"),
                video(
                        "times far beyond the limit, without a claim",
                        folder -> TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(64, 48, avutil.AV_PIX_FMT_YUVJ420P, 200)
                                .with("live", "1")
                                .at(number -> 1000 * number)
                                .write(folder.resolve("x.mkv")),
                        "?"),
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
                        "?"),
                changed(
                        "a header that claims 64 x 48 for pictures over the limit",
                        TinyVideo.of("matroska", avcodec.AV_CODEC_ID_MJPEG)
                                .then(2000, 1000, avutil.AV_PIX_FMT_YUVJ420P, 5),
                        "mkv",
                        file -> number(number(file, "B0", 64), "BA", 48),
                        "?"),
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
                        "?"),
                video(
                        "more frames than the limit and no claim",
                        folder -> TinyVideo.of("mpegts", avcodec.AV_CODEC_ID_MPEG2VIDEO)
                                .then(16, 16, yuv420, 2001)
                                .write(folder.resolve("x.ts")),
                        "?"),
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
        System.out.println(name + " => " + Ending.of(decoders, file, rate(120)).words());
        assertThat(Ending.of(decoders, file, rate(120)).words()).isEqualTo(ending);
    }

    /** Containers that say how much should be there, so that what is cut off can be missed. */
    private static final List<String> CONTAINERS = List.of(
            "mp4",
            "faststart",
            "fragmented",
            "mov",
            "matroska",
            "avi",
            "mpegts",
            "mpeg",
            "flv",
            "asf",
            "gif",
            "mxf",
            "dv");

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
        return replace(file, Parts.find(file, id), element(id, bytes));
    }

    private static byte[] element(String id, byte[] content) {
        byte[] name = HexFormat.of().parseHex(id);
        return ByteBuffer.allocate(name.length + 8 + content.length)
                .put(name)
                .putLong(0x0100000000000000L | content.length)
                .put(content)
                .array();
    }

    /** Puts other bytes in the place of a Matroska element; the elements around it get the sizes that this makes. */
    private static byte[] replace(byte[] file, Parts.Part part, byte[] with) {
        List<Parts.Part> around = Parts.of(file).stream()
                .filter(other -> other.content() <= part.start() && other.end() >= part.end())
                .sorted(Comparator.comparing(Parts.Part::start).reversed())
                .toList();
        Parts.Part inner = part;
        byte[] bytes = with;
        for (Parts.Part outer : around) {
            bytes = element(outer.name(), spliced(file, outer.content(), outer.end(), inner, bytes));
            inner = outer;
        }
        return spliced(file, 0, file.length, inner, bytes);
    }

    private static byte[] spliced(byte[] file, int from, int to, Parts.Part part, byte[] with) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, from, part.start() - from);
        out.writeBytes(with);
        out.write(file, part.end(), to - part.end());
        return out.toByteArray();
    }

    private static byte[] repeat(byte[] file, String part, int times) {
        Parts.Part found = Parts.find(file, part);
        Parts.Part moov = Parts.find(file, "moov");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(file, 0, found.end());
        for (int i = 1; i < times; i++) {
            out.write(file, found.start(), found.end() - found.start());
        }
        out.write(file, found.end(), file.length - found.end());
        byte[] result = out.toByteArray();
        ByteBuffer.wrap(result).putInt(moov.start(), moov.end() - moov.start() + result.length - file.length);
        return result;
    }

    private static byte[] repeatElement(byte[] file, String id, int times) {
        Parts.Part found = Parts.find(file, id);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            out.write(file, found.start(), found.end() - found.start());
        }
        return replace(file, found, out.toByteArray());
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
        tags.put(HexFormat.of().parseHex("1254C367")).putLong(0x0100000000000000L | (depth + 1) * head);
        tags.put(HexFormat.of().parseHex("7373")).putLong(0x0100000000000000L | depth * head);
        for (int i = depth - 1; i >= 0; i--) {
            tags.put(HexFormat.of().parseHex("67C8")).putLong(0x0100000000000000L | i * head);
        }
        Parts.Part tracks = Parts.find(file, "1654AE6B");
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(tags.array());
        both.write(file, tracks.start(), tracks.end() - tracks.start());
        return replace(file, tracks, both.toByteArray());
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
