package io.sluice.video;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
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
 * Writes pictures to an MP4 file: H.264 by OpenH264, 4:2:0, BT.709 in video range, with a constant frame rate. Keyframes stand
 * where they are asked for, and at least every {@link #KEYFRAME_SECONDS} seconds. The same pictures make the same bytes.
 *
 * <p>OpenH264 (BSD-2-Clause) is the H.264 encoder of FFmpeg's LGPL build: most of the videos that people have are H.264, it does
 * not reorder frames, and it takes a few milliseconds for a small frame.
 *
 * <p>For one thread. What it writes is its own application's; foreign videos are read by {@link Decoders} alone.
 */
public final class VideoWriter implements AutoCloseable {
    /** Keyframes are never further apart. */
    public static final int KEYFRAME_SECONDS = 2;

    /** H.264's quantiser, 0 to 51; at 24 the blocks are hard to see and the noise of a sensor is gone. */
    private static final int QUANTISER = 24;

    /** Of the container's times. */
    private static final int TICKS_PER_FRAME = 512;

    private final Path file;
    private final int width;
    private final int height;
    private final AVFormatContext format;
    private final AVCodecContext context;
    private final AVStream stream;
    private final AVIOContext io;
    private final AVFrame frame;
    private final AVPacket packet;
    private final byte[] luma;
    private final byte[] blue;
    private final byte[] red;
    private long frames;
    private boolean closed;

    /**
     * @param width of the pictures, even
     * @param height of the pictures, even
     * @throws IllegalArgumentException if a side is odd or not above 0, or the frame rate is not above 0
     * @throws VideoException if the file cannot be written
     */
    public VideoWriter(Path file, int width, int height, int framesPerSecond) {
        if (width < 2 || height < 2 || width % 2 != 0 || height % 2 != 0 || framesPerSecond < 1) {
            throw new IllegalArgumentException("pictures of " + width + "x" + height + " at " + framesPerSecond
                    + " a second: sides must be even and the rate 1 or more");
        }
        this.file = file;
        this.width = width;
        this.height = height;
        this.luma = new byte[width * height];
        this.blue = new byte[luma.length / 4];
        this.red = new byte[luma.length / 4];
        avutil.av_log_set_level(avutil.AV_LOG_ERROR);
        format = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(format, null, "mp4", (String) null), "choose mp4");
        format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVCodec codec = avcodec.avcodec_find_encoder_by_name("libopenh264");
        if (codec == null || codec.isNull()) {
            throw new VideoException("no encoder libopenh264 in this build of FFmpeg; VideoWriter needs it");
        }
        context = avcodec.avcodec_alloc_context3(codec);
        AVRational tick = new AVRational().num(1).den(framesPerSecond);
        context.width(width)
                .height(height)
                .pix_fmt(avutil.AV_PIX_FMT_YUV420P)
                .time_base(tick)
                .framerate(new AVRational().num(framesPerSecond).den(1))
                .gop_size(framesPerSecond * KEYFRAME_SECONDS)
                .thread_count(1)
                .global_quality(QUANTISER * avutil.FF_QP2LAMBDA)
                .color_range(avutil.AVCOL_RANGE_MPEG)
                .colorspace(avutil.AVCOL_SPC_BT709)
                .color_primaries(avutil.AVCOL_PRI_BT709)
                .color_trc(avutil.AVCOL_TRC_BT709)
                .flags(avcodec.AV_CODEC_FLAG_GLOBAL_HEADER | avcodec.AV_CODEC_FLAG_BITEXACT);
        AVDictionary options = new AVDictionary(null);
        avutil.av_dict_set(options, "rc_mode", "off", 0);
        avutil.av_dict_set(options, "allow_skip_frames", "0", 0);
        check(avcodec.avcodec_open2(context, codec, options), "open the encoder");
        avutil.av_dict_free(options);
        stream = avformat.avformat_new_stream(format, null);
        stream.time_base(new AVRational().num(1).den(framesPerSecond * TICKS_PER_FRAME));
        stream.avg_frame_rate(new AVRational().num(framesPerSecond).den(1));
        check(avcodec.avcodec_parameters_from_context(stream.codecpar(), context), "describe the stream");
        io = new AVIOContext(null);
        try (BytePointer url = new BytePointer(name())) {
            check(avformat.avio_open(io, url, avformat.AVIO_FLAG_WRITE), "open");
        }
        format.pb(io);
        check(avformat.avformat_write_header(format, (AVDictionary) null), "write the header");
        frame = avutil.av_frame_alloc();
        frame.format(avutil.AV_PIX_FMT_YUV420P).width(width).height(height);
        frame.color_range(avutil.AVCOL_RANGE_MPEG);
        frame.colorspace(avutil.AVCOL_SPC_BT709);
        check(avutil.av_frame_get_buffer(frame, 0), "take a frame's memory");
        packet = avcodec.av_packet_alloc();
    }

    /** The file as a C string, whatever its characters. */
    private byte[] name() {
        byte[] url = ("file:" + file.toAbsolutePath()).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOf(url, url.length + 1);
    }

    /**
     * Adds a picture, {@link BufferedImage#TYPE_INT_RGB} or {@link BufferedImage#TYPE_INT_BGR}.
     *
     * @param keyframe whether it must be one, as the first of a shot is
     * @throws IllegalArgumentException if the picture is of another size or type
     */
    public void write(BufferedImage picture, boolean keyframe) {
        if (picture.getWidth() != width || picture.getHeight() != height) {
            throw new IllegalArgumentException("a picture of " + picture.getWidth() + "x" + picture.getHeight()
                    + " for a video of " + width + "x" + height);
        }
        boolean rgb = picture.getType() == BufferedImage.TYPE_INT_RGB;
        if (!rgb && picture.getType() != BufferedImage.TYPE_INT_BGR) {
            throw new IllegalArgumentException(
                    "a picture of type " + picture.getType() + ": TYPE_INT_RGB (" + BufferedImage.TYPE_INT_RGB
                            + ") and TYPE_INT_BGR (" + BufferedImage.TYPE_INT_BGR + ") are allowed");
        }
        convert(((DataBufferInt) picture.getRaster().getDataBuffer()).getData(), rgb ? 16 : 0, rgb ? 0 : 16);
        check(avutil.av_frame_make_writable(frame), "write a frame");
        copy(luma, 0, width, height);
        copy(blue, 1, width / 2, height / 2);
        copy(red, 2, width / 2, height / 2);
        frame.pts(frames++);
        frame.pict_type(keyframe ? avutil.AV_PICTURE_TYPE_I : avutil.AV_PICTURE_TYPE_NONE);
        frame.quality(context.global_quality());
        check(avcodec.avcodec_send_frame(context, frame), "encode a frame");
        drain();
    }

    /** BT.709, in 1/65536: ITU-R BT.709-6, 3.3 to 3.5, with 8-bit video range. */
    private void convert(int[] pixels, int redShift, int blueShift) {
        for (int y = 0; y < height; y += 2) {
            for (int x = 0; x < width; x += 2) {
                int r = 0;
                int g = 0;
                int b = 0;
                for (int k = 0; k < 4; k++) {
                    int i = (y + (k >> 1)) * width + x + (k & 1);
                    int p = pixels[i];
                    int pr = p >> redShift & 255;
                    int pg = p >> 8 & 255;
                    int pb = p >> blueShift & 255;
                    luma[i] = (byte) (11966 * pr + 40254 * pg + 4064 * pb + (16 << 16) + 32768 >> 16);
                    r += pr;
                    g += pg;
                    b += pb;
                }
                int o = y / 2 * (width / 2) + x / 2;
                blue[o] = (byte) (-6596 * r - 22189 * g + 28784 * b + (128 << 18) + 131072 >> 18);
                red[o] = (byte) (28784 * r - 26145 * g - 2639 * b + (128 << 18) + 131072 >> 18);
            }
        }
    }

    private void copy(byte[] plane, int index, int columns, int rows) {
        BytePointer to = frame.data(index);
        int line = frame.linesize(index);
        for (int row = 0; row < rows; row++) {
            to.position((long) row * line).put(plane, row * columns, columns);
        }
        to.position(0);
    }

    private void drain() {
        while (true) {
            int result = avcodec.avcodec_receive_packet(context, packet);
            if (result == avutil.AVERROR_EAGAIN() || result == avutil.AVERROR_EOF()) {
                return;
            }
            check(result, "encode a frame");
            packet.duration(1);
            avcodec.av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            check(avformat.av_interleaved_write_frame(format, packet), "write a packet");
        }
    }

    /** Frames written so far. */
    public long frames() {
        return frames;
    }

    /**
     * Ends the file.
     *
     * @throws VideoException if its rest cannot be written
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            check(avcodec.avcodec_send_frame(context, null), "end the stream");
            drain();
            check(avformat.av_write_trailer(format), "write the trailer");
        } finally {
            avcodec.av_packet_free(packet);
            avutil.av_frame_free(frame);
            avcodec.avcodec_free_context(context);
            avformat.avio_closep(io);
            avformat.avformat_free_context(format);
        }
    }

    private void check(int result, String what) {
        if (result < 0) {
            throw new VideoException("'" + file + "' cannot be written (" + what + "): " + FfmpegLog.text(result));
        }
    }
}
