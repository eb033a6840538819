package io.sluice.video;

import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/**
 * Makes small videos for tests: MPEG-4 in an MP4 file, 320 x 240 at 10 frames a second, a keyframe each second.
 *
 * <p>Each second is a shot of its own: rectangles that move over a striped ground. Of eight seconds the sixth is so soft that no
 * edge is in it, and the seventh is black. The same arguments make the same bytes.
 */
public final class PatternVideo {
    public static final int FRAMES_PER_SECOND = 10;
    private static final int WIDTH = 320;
    private static final int HEIGHT = 240;
    private static final int RECTANGLES = 24;
    /** Quantiser: 2 to 31, lower is better. */
    private static final int QUALITY = 4;

    private PatternVideo() {}

    /** What a second of a pattern shows. */
    public enum Shot {
        SHARP,
        SOFT,
        BLACK
    }

    /** What is to be seen in second {@code second}. */
    public static Shot shot(int second) {
        return switch (second % 8) {
            case 5 -> Shot.SOFT;
            case 6 -> Shot.BLACK;
            default -> Shot.SHARP;
        };
    }

    /** @param seed another seed shows other rectangles */
    public static Path write(Path file, int seconds, long seed) {
        return encode(file, seconds, (frame, number) -> {
            int second = number / FRAMES_PER_SECOND;
            switch (shot(second)) {
                case SHARP -> rectangles(frame, seed * 1000 + second, number % FRAMES_PER_SECOND);
                case SOFT -> soft(frame, second);
                case BLACK -> fill(frame, 16);
            }
        });
    }

    /** A video with nothing in it. */
    public static Path writeBlack(Path file, int seconds) {
        return encode(file, seconds, (frame, number) -> fill(frame, 16));
    }

    private interface Picture {
        void draw(AVFrame frame, int number);
    }

    private static Path encode(Path file, int seconds, Picture picture) {
        AVFormatContext format = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(format, null, "mp4", file.toString()), "choose mp4");
        format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVCodec codec = avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_MPEG4);
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        AVRational tick = new AVRational().num(1).den(FRAMES_PER_SECOND);
        context.width(WIDTH)
                .height(HEIGHT)
                .pix_fmt(avutil.AV_PIX_FMT_YUV420P)
                .time_base(tick)
                .gop_size(FRAMES_PER_SECOND)
                .max_b_frames(0)
                .thread_count(1)
                .global_quality(QUALITY * avutil.FF_QP2LAMBDA)
                .flags(avcodec.AV_CODEC_FLAG_QSCALE
                        | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER
                        | avcodec.AV_CODEC_FLAG_BITEXACT);
        check(avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open the encoder");
        AVStream stream = avformat.avformat_new_stream(format, null);
        stream.time_base(tick);
        check(avcodec.avcodec_parameters_from_context(stream.codecpar(), context), "describe the stream");
        AVIOContext io = new AVIOContext(null);
        check(avformat.avio_open(io, file.toString(), avformat.AVIO_FLAG_WRITE), "open " + file);
        format.pb(io);
        check(avformat.avformat_write_header(format, (AVDictionary) null), "write the header");
        AVFrame frame = avutil.av_frame_alloc();
        frame.format(avutil.AV_PIX_FMT_YUV420P).width(WIDTH).height(HEIGHT);
        check(avutil.av_frame_get_buffer(frame, 0), "take a frame's memory");
        AVPacket packet = avcodec.av_packet_alloc();
        for (int number = 0; number < seconds * FRAMES_PER_SECOND; number++) {
            check(avutil.av_frame_make_writable(frame), "write a frame");
            picture.draw(frame, number);
            frame.pts(number);
            frame.quality(context.global_quality());
            check(avcodec.avcodec_send_frame(context, frame), "encode a frame");
            drain(context, format, stream, packet);
        }
        check(avcodec.avcodec_send_frame(context, null), "end the stream");
        drain(context, format, stream, packet);
        check(avformat.av_write_trailer(format), "write the trailer");
        avcodec.av_packet_free(packet);
        avutil.av_frame_free(frame);
        avcodec.avcodec_free_context(context);
        avformat.avio_closep(io);
        avformat.avformat_free_context(format);
        return file;
    }

    private static void drain(AVCodecContext context, AVFormatContext format, AVStream stream, AVPacket packet) {
        while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
            packet.duration(1);
            avcodec.av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            check(avformat.av_interleaved_write_frame(format, packet), "write a packet");
        }
    }

    private static void rectangles(AVFrame frame, long seed, int step) {
        Random random = new Random(seed);
        byte[][] luma = new byte[HEIGHT][WIDTH];
        int stripe = 6 + random.nextInt(12);
        int ground = 40 + random.nextInt(120);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                luma[y][x] = (byte) (ground + ((x + y + step) / stripe % 2) * 45);
            }
        }
        for (int i = 0; i < RECTANGLES; i++) {
            int width = 16 + random.nextInt(80);
            int height = 16 + random.nextInt(60);
            int left = random.nextInt(WIDTH) - width / 2 + step * (random.nextInt(7) - 3);
            int top = random.nextInt(HEIGHT) - height / 2 + step * (random.nextInt(7) - 3);
            byte value = (byte) (16 + random.nextInt(220));
            for (int y = Math.max(0, top); y < Math.min(HEIGHT, top + height); y++) {
                for (int x = Math.max(0, left); x < Math.min(WIDTH, left + width); x++) {
                    luma[y][x] = value;
                }
            }
        }
        put(frame, luma, 90 + random.nextInt(80), 90 + random.nextInt(80));
    }

    private static void soft(AVFrame frame, int phase) {
        byte[][] luma = new byte[HEIGHT][WIDTH];
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                luma[y][x] = (byte) (128 + 50 * Math.sin((x + phase) / 60.0) * Math.cos(y / 60.0));
            }
        }
        put(frame, luma, 128, 128);
    }

    private static void fill(AVFrame frame, int value) {
        byte[][] luma = new byte[HEIGHT][WIDTH];
        for (byte[] row : luma) {
            java.util.Arrays.fill(row, (byte) value);
        }
        put(frame, luma, 128, 128);
    }

    private static void put(AVFrame frame, byte[][] luma, int blue, int red) {
        for (int y = 0; y < HEIGHT; y++) {
            BytePointer row = frame.data(0);
            row.position((long) y * frame.linesize(0)).put(luma[y], 0, WIDTH);
        }
        byte[] chroma = new byte[WIDTH / 2];
        for (int plane = 1; plane <= 2; plane++) {
            java.util.Arrays.fill(chroma, (byte) (plane == 1 ? blue : red));
            for (int y = 0; y < HEIGHT / 2; y++) {
                BytePointer row = frame.data(plane);
                row.position((long) y * frame.linesize(plane)).put(chroma, 0, chroma.length);
            }
        }
    }

    private static void check(int status, String what) {
        if (status < 0) {
            throw new IllegalStateException("FFmpeg cannot " + what + ": status " + status);
        }
    }
}
