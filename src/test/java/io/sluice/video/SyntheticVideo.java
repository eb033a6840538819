package io.sluice.video;

import java.nio.file.Path;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
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
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Writes grey videos of 10 frames a second, MPEG-4 of high quality in MP4, whose pixels a function gives. */
final class SyntheticVideo {
    private static final int FRAMES_PER_SECOND = 10;

    /** Quantiser: 2 to 31, lower is better. */
    private static final int QUALITY = 2;

    interface Luma {
        /** @return 16 for black to 235 for white */
        int at(int x, int y, int frame);
    }

    private SyntheticVideo() {}

    /**
     * @param keyframeDistance in frames
     * @param displayMatrix nine values; null for none
     */
    static Path write(
            Path file,
            int width,
            int height,
            int frames,
            int keyframeDistance,
            int @Nullable [] displayMatrix,
            Luma luma) {
        AVFormatContext format = new AVFormatContext(null);
        check(avformat.avformat_alloc_output_context2(format, null, "mp4", file.toString()), "choose mp4");
        format.flags(format.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
        AVCodec codec = avcodec.avcodec_find_encoder(avcodec.AV_CODEC_ID_MPEG4);
        AVCodecContext context = avcodec.avcodec_alloc_context3(codec);
        AVRational tick = new AVRational().num(1).den(FRAMES_PER_SECOND);
        context.width(width)
                .height(height)
                .pix_fmt(avutil.AV_PIX_FMT_YUV420P)
                .time_base(tick)
                .gop_size(keyframeDistance)
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
        if (displayMatrix != null) {
            turn(stream, displayMatrix);
        }
        AVIOContext io = new AVIOContext(null);
        check(avformat.avio_open(io, file.toString(), avformat.AVIO_FLAG_WRITE), "open " + file);
        format.pb(io);
        check(avformat.avformat_write_header(format, (AVDictionary) null), "write the header");
        AVPacket packet = avcodec.av_packet_alloc();
        for (int number = 0; number < frames; number++) {
            try (RawFrame raw = new RawFrame(avutil.AV_PIX_FMT_YUV420P, width, height)) {
                AVFrame frame = raw.frame();
                draw(raw, width, height, number, luma);
                frame.pts(number);
                frame.quality(context.global_quality());
                check(avcodec.avcodec_send_frame(context, frame), "encode a frame");
            }
            drain(context, format, stream, packet);
        }
        check(avcodec.avcodec_send_frame(context, null), "end the stream");
        drain(context, format, stream, packet);
        check(avformat.av_write_trailer(format), "write the trailer");
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(context);
        avformat.avio_closep(io);
        avformat.avformat_free_context(format);
        return file;
    }

    private static void draw(RawFrame raw, int width, int height, int number, Luma luma) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                raw.set(0, x, y, luma.at(x, y, number));
                raw.set(1, x, y, 128);
                raw.set(2, x, y, 128);
            }
        }
    }

    private static void turn(AVStream stream, int[] displayMatrix) {
        long size = (long) Integer.BYTES * displayMatrix.length;
        Pointer memory = avutil.av_malloc(size);
        new IntPointer(memory).put(displayMatrix, 0, displayMatrix.length);
        AVPacketSideData all = new AVPacketSideData(null);
        IntPointer count = new IntPointer(1).put(0);
        avcodec.av_packet_side_data_add(
                all, count, avcodec.AV_PKT_DATA_DISPLAYMATRIX, new BytePointer(memory), size, 0);
        stream.codecpar().coded_side_data(all).nb_coded_side_data(count.get());
    }

    private static void drain(AVCodecContext context, AVFormatContext format, AVStream stream, AVPacket packet) {
        while (avcodec.avcodec_receive_packet(context, packet) >= 0) {
            packet.duration(1);
            avcodec.av_packet_rescale_ts(packet, context.time_base(), stream.time_base());
            packet.stream_index(stream.index());
            check(avformat.av_interleaved_write_frame(format, packet), "write a packet");
        }
    }

    private static void check(int status, String what) {
        if (status < 0) {
            throw new IllegalStateException("FFmpeg cannot " + what + ": status " + status);
        }
    }
}
