package io.sluice.video;

import static org.bytedeco.ffmpeg.global.avcodec.AVDISCARD_ALL;
import static org.bytedeco.ffmpeg.global.avformat.AVIO_FLAG_READ;
import static org.bytedeco.ffmpeg.global.avformat.AV_DISPOSITION_ATTACHED_PIC;
import static org.bytedeco.ffmpeg.global.avutil.AVMEDIA_TYPE_VIDEO;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVInputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** An open video file: the demuxer, restricted to this one file and to containers that hold their own pictures. */
final class Container implements AutoCloseable {
    static final String MOV = "mov,mp4,m4a,3gp,3g2,mj2";
    static final String MATROSKA = "matroska,webm";

    /**
     * Containers that are opened. Left out on purpose: playlists and scripts that name other files or hosts (hls, dash, concat,
     * sdp, rtsp, image2), devices and generators (lavfi), and formats that are found in anything (tty, rawvideo).
     */
    private static final Set<String> ALLOWED =
            Set.of(MOV, MATROSKA, "avi", "mpegts", "mpeg", "flv", "ogg", "gif", "mxf", "asf", "ivf", "dv");

    private static final String ALLOWED_WORDS = "mp4, mov, mkv, webm, avi, ts, mpg, flv, ogv, gif, mxf, wmv, ivf, dv";

    /** How FFmpeg's names of pictures end. */
    private static final String PICTURE = "_pipe";

    /** FFmpeg's tag of a stream that a Matroska file says is encrypted; of MP4 files it keeps more. */
    private static final String MATROSKA_KEY = "enc_key_id";

    /** A table or picture that asks for more in one piece is a lie: an hour of video has an index of some 6 MB. */
    private static final long MIN_LARGEST_ALLOCATION = 256L << 20;

    /** A reader that fails so often in a row will not go on. */
    private static final int MAX_FAILURES = 100;

    /** So many packets may have times beyond the longest duration: a few are damage, more are a video that is too long. */
    private static final int MAX_BEYOND = 100;

    /** A gap between packets counts as so much of the video at most, so that a wrong time does not buy time to decode. */
    private static final double MAX_GAP_SECONDS = 10;

    private final AVFormatContext context;
    private final AVPacket packet = avcodec.av_packet_alloc();
    private final DecoderLimits limits;
    private final FfmpegLog log;
    private final Progress progress;
    private double secondsPerTick;
    private long firstTicks = avutil.AV_NOPTS_VALUE;
    private long highestTicks;
    private long lowestTicks;
    private int beyond;
    private long failures;

    private Container(AVFormatContext context, DecoderLimits limits, FfmpegLog log, Progress progress) {
        this.context = context;
        this.limits = limits;
        this.log = log;
        this.progress = progress;
    }

    /** @throws VideoException if the file is no video, no allowed container, or over a limit */
    static Container open(String path, DecoderLimits limits, FfmpegLog log, Progress progress) {
        avutil.av_max_alloc(Math.max(MIN_LARGEST_ALLOCATION, 16 * limits.maxPixels()));
        byte[] url = Arrays.copyOf(("file:" + path).getBytes(StandardCharsets.UTF_8), utf8Length("file:" + path) + 1);
        AVFormatContext context;
        try (BytePointer name = new BytePointer(url)) {
            AVInputFormat format = probe(name, path, log);
            context = avformat.avformat_alloc_context();
            context.max_streams(limits.maxStreams());
            AVDictionary options = new AVDictionary(null);
            avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
            avutil.av_dict_set(options, "format_whitelist", String.join(",", ALLOWED), 0);
            int error = avformat.avformat_open_input(context, name, format, options);
            avutil.av_dict_free(options);
            if (error < 0) {
                // FFmpeg has freed the context.
                throw new VideoException(log.overLimit().orElseGet(() -> "cannot be opened: " + log.reason(error)));
            }
        }
        Container container = new Container(context, limits, log, progress);
        try {
            container.checkClaims();
            int error = container.findStreams();
            if (error < 0) {
                throw new VideoException("its streams cannot be read: " + log.reason(error));
            }
            container.checkClaims();
            return container;
        } catch (RuntimeException e) {
            container.close();
            throw e;
        }
    }

    /** Opens decoders to look at the first pictures, which are held to the limit as well. */
    private int findStreams() {
        int count = context.nb_streams();
        long begin = System.nanoTime();
        int error;
        try (PointerPointer<AVDictionary> each = new PointerPointer<>(Math.max(1, count))) {
            for (int i = 0; i < count; i++) {
                AVDictionary options = new AVDictionary(null);
                avutil.av_dict_set(options, "max_pixels", Long.toString(limits.maxPixels()), 0);
                each.put(i, options);
            }
            error = avformat.avformat_find_stream_info(context, each);
            for (int i = 0; i < count; i++) {
                AVDictionary options = each.get(AVDictionary.class, i);
                if (options != null && !options.isNull()) {
                    avutil.av_dict_free(options);
                }
            }
        }
        progress.workedSince(begin);
        return error;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The container by its content; its name does not count. */
    private static AVInputFormat probe(BytePointer url, String path, FfmpegLog log) {
        AVIOContext file = new AVIOContext(null);
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "protocol_whitelist", "file", 0);
        int error = avformat.avio_open2(file, url, AVIO_FLAG_READ, null, options);
        avutil.av_dict_free(options);
        if (error < 0) {
            throw new VideoException("cannot be opened: " + log.reason(error));
        }
        AVInputFormat format = new AVInputFormat(null);
        int score = avformat.av_probe_input_buffer2(file, format, (BytePointer) null, null, 0, 0);
        avformat.avio_close(file);
        if (score < 0 || format.isNull()) {
            checkNoPlaylist(path);
            throw new VideoException(
                    "not a video: its content is of no known container (allowed: " + ALLOWED_WORDS + ")");
        }
        String name = format.name().getString();
        if (!ALLOWED.contains(name)) {
            if (name.endsWith(PICTURE)) {
                throw new VideoException("not a video but a picture: "
                        + name.substring(0, name.length() - PICTURE.length()) + " (allowed: " + ALLOWED_WORDS + ")");
            }
            throw new VideoException("not an allowed container: " + name + " (allowed: " + ALLOWED_WORDS + ")");
        }
        return format;
    }

    /** FFmpeg knows an HLS playlist by its name only, and so not one that is named like a video. */
    private static void checkNoPlaylist(String path) {
        byte[] mark = "#EXTM3U".getBytes(StandardCharsets.US_ASCII);
        try (InputStream in = Files.newInputStream(Path.of(path))) {
            if (Arrays.equals(in.readNBytes(mark.length), mark)) {
                throw new VideoException("not an allowed container: hls, a playlist (allowed: " + ALLOWED_WORDS + ")");
            }
        } catch (IOException e) {
            throw new VideoException("cannot be read: " + e.getMessage());
        }
    }

    /** Before anything is decoded, which is when memory for pictures is taken. */
    private void checkClaims() {
        for (int i = 0; i < context.nb_streams(); i++) {
            AVStream stream = context.streams(i);
            long pixels = (long) stream.codecpar().width() * stream.codecpar().height();
            if (stream.codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && pixels > limits.maxPixels()) {
                throw new VideoException("pictures of " + stream.codecpar().width() + "x"
                        + stream.codecpar().height() + ": " + limits.maxPixels() + " pixels are allowed");
            }
        }
        // Some readers leave out the streams that are too many, and go on.
        if (context.nb_streams() >= limits.maxStreams() && log.overLimit().isPresent()) {
            throw new VideoException(log.overLimit().get());
        }
    }

    String format() {
        return context.iformat().name().getString();
    }

    AVFormatContext context() {
        return context;
    }

    AVStream stream(int index) {
        return context.streams(index);
    }

    int streams() {
        return context.nb_streams();
    }

    /** Duration of the whole file in microseconds; 0 if not said. */
    long durationMicros() {
        return Math.max(0, context.duration());
    }

    /**
     * The video stream that a player would show; cover pictures are none.
     *
     * @throws VideoException if there is none
     */
    int bestVideoStream() {
        int best = avformat.av_find_best_stream(
                context, AVMEDIA_TYPE_VIDEO, -1, -1, (org.bytedeco.ffmpeg.avcodec.AVCodec) null, 0);
        if (best >= 0 && !isCover(stream(best))) {
            return best;
        }
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < streams(); i++) {
            if (stream(i).codecpar().codec_type() == AVMEDIA_TYPE_VIDEO && !isCover(stream(i))) {
                others.add(i);
            }
        }
        if (others.isEmpty()) {
            throw new VideoException(
                    log.overLimit().orElse(best >= 0 ? "no video stream, only a cover picture" : "no video stream"));
        }
        return others.get(0);
    }

    /** Whether the container says so; decoding needs a key, which this program has not. */
    static boolean isEncrypted(AVStream stream) {
        AVDictionaryEntry key = avutil.av_dict_get(stream.metadata(), MATROSKA_KEY, null, 0);
        if (key != null && !key.isNull()) {
            return true;
        }
        AVPacketSideData all = stream.codecpar().coded_side_data();
        if (all == null || all.isNull()) {
            return false;
        }
        AVPacketSideData found = avcodec.av_packet_side_data_get(
                all, stream.codecpar().nb_coded_side_data(), avcodec.AV_PKT_DATA_ENCRYPTION_INIT_INFO);
        return found != null && !found.isNull();
    }

    private static boolean isCover(AVStream stream) {
        return (stream.disposition() & AV_DISPOSITION_ATTACHED_PIC) != 0;
    }

    /** From now on only packets of this stream are read. */
    void readOnly(int stream) {
        for (int i = 0; i < streams(); i++) {
            if (i != stream) {
                stream(i).discard(AVDISCARD_ALL);
            }
        }
        AVRational timeBase = stream(stream).time_base();
        secondsPerTick = timeBase.den() == 0 ? 0 : (double) timeBase.num() / timeBase.den();
    }

    /**
     * The next packet of the stream, valid until the next call; null at the end of the file or where reading fails for good.
     * Places that cannot be read are passed over.
     *
     * @throws VideoException if the packets' times reach over more than is allowed, or reading takes too long
     */
    @org.jspecify.annotations.Nullable
    AVPacket read(int stream) {
        int inARow = 0;
        while (true) {
            progress.beat();
            avcodec.av_packet_unref(packet);
            long begin = System.nanoTime();
            int error = avformat.av_read_frame(context, packet);
            progress.workedSince(begin);
            if (error == avutil.AVERROR_EOF() || error < 0 && ++inARow > MAX_FAILURES) {
                return null;
            }
            if (error >= 0 && packet.stream_index() == stream) {
                failures += inARow;
                follow(packet.pts() != avutil.AV_NOPTS_VALUE ? packet.pts() : packet.dts());
                return packet;
            }
        }
    }

    /** Reads that failed, and after which others went well. */
    long failures() {
        return failures;
    }

    /** From the earliest of these times, or {@code start}, to the latest presentation time of a packet that was read. */
    double secondsSince(long start) {
        return firstTicks == avutil.AV_NOPTS_VALUE
                ? 0
                : ((double) highestTicks - Math.min(start, lowestTicks)) * secondsPerTick;
    }

    private void follow(long ticks) {
        if (ticks == avutil.AV_NOPTS_VALUE) {
            return;
        }
        if (firstTicks == avutil.AV_NOPTS_VALUE) {
            firstTicks = ticks;
            highestTicks = ticks;
            lowestTicks = ticks;
        }
        lowestTicks = Math.min(lowestTicks, ticks);
        double reach = Math.abs((double) ticks - firstTicks) * secondsPerTick;
        if (reach * 1e6 > limits.maxDurationMicros() && ++beyond > MAX_BEYOND) {
            throw new VideoException("its pictures' times reach over " + (long) reach + " s: "
                    + limits.maxDurationMicros() / 1_000_000 + " s are allowed");
        }
        if (ticks > highestTicks) {
            progress.advanced(Math.min(MAX_GAP_SECONDS, ((double) ticks - highestTicks) * secondsPerTick));
            highestTicks = ticks;
        }
    }

    /** Goes to the last keyframe whose decoding time is at or before {@code ticks}; false if there is none. */
    boolean seek(int stream, long ticks) {
        return avformat.av_seek_frame(context, stream, ticks, avformat.AVSEEK_FLAG_BACKWARD) >= 0;
    }

    @Override
    public void close() {
        avcodec.av_packet_free(packet);
        avformat.avformat_close_input(context);
    }
}
