package io.sluice.video;

import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionaryEntry;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Packets to frames of one stream. Damaged packets are counted and left out; nothing of them is shown. */
final class FrameDecoder implements AutoCloseable {
    private static final int EAGAIN = org.bytedeco.ffmpeg.presets.avutil.AVERROR_EAGAIN();
    private static final int EOF = avutil.AVERROR_EOF();

    /** A decoder that says so often in a row that it cannot go on will not. */
    private static final int MAX_REFUSALS = 100;

    /** Each thread holds a picture or two of up to 12 bits in 4:4:4, and decoders keep up to 16 for reference. */
    private static final int BYTES_A_PIXEL = 6;

    interface Sink {
        /** @return whether more frames are wanted; the frame is valid during the call, and may be emptied by it */
        boolean accept(AVFrame frame);
    }

    private final AVCodecContext context;
    private final AVFrame frame = avutil.av_frame_alloc();

    /** A frame of a device, brought into memory. */
    private final AVFrame transferred = avutil.av_frame_alloc();

    private final Progress progress;
    private final FailPoint failPoint;
    private long errors;
    private int lastError;

    /**
     * @param threads at most
     * @param independent whether frames that a decoder holds for damaged, for lack of what came before, are wanted
     * @throws VideoException if FFmpeg has no decoder for it, or it refuses
     */
    FrameDecoder(
            AVStream stream,
            DecoderLimits limits,
            int threads,
            boolean independent,
            Progress progress,
            FailPoint failPoint,
            HardwareDevice device) {
        this.progress = progress;
        this.failPoint = failPoint;
        AVCodec codec = codec(stream);
        if (codec == null || codec.isNull()) {
            avutil.av_frame_free(frame);
            avutil.av_frame_free(transferred);
            throw new VideoException("no decoder for codec " + codecName(stream));
        }
        context = avcodec.avcodec_alloc_context3(codec);
        avcodec.avcodec_parameters_to_context(context, stream.codecpar());
        context.pkt_timebase(stream.time_base());
        context.max_pixels(limits.maxPixels());
        boolean served = device.serve(context, codec);
        context.thread_count(served ? 1 : Math.min(threads, affordableThreads(stream, limits)));
        if (independent) {
            context.flags(context.flags() | avcodec.AV_CODEC_FLAG_OUTPUT_CORRUPT);
        }
        int error = avcodec.avcodec_open2(context, codec, (org.bytedeco.ffmpeg.avutil.AVDictionary) null);
        if (error < 0) {
            close();
            throw new VideoException("codec " + codecName(stream) + " cannot be decoded: " + PlainWords.of(error)
                    + " (FFmpeg: " + FfmpegLog.text(error) + ")");
        }
    }

    /** FFmpeg's own decoders of VP8 and VP9 leave out transparency, which WebM keeps beside the pictures; libvpx's do not. */
    private static @Nullable AVCodec codec(AVStream stream) {
        int id = stream.codecpar().codec_id();
        AVDictionaryEntry alpha = avutil.av_dict_get(stream.metadata(), "alpha_mode", null, 0);
        if (alpha != null && !alpha.isNull() && alpha.value().getString().equals("1")) {
            String name = id == avcodec.AV_CODEC_ID_VP8 ? "libvpx" : id == avcodec.AV_CODEC_ID_VP9 ? "libvpx-vp9" : "";
            AVCodec found = name.isEmpty() ? null : avcodec.avcodec_find_decoder_by_name(name);
            if (found != null && !found.isNull()) {
                return found;
            }
        }
        return avcodec.avcodec_find_decoder(id);
    }

    /** Frame threads multiply pictures in memory, so that an 8K video gets fewer of them; a quarter of the memory is theirs. */
    private static int affordableThreads(AVStream stream, DecoderLimits limits) {
        long picture = Math.max(
                1,
                BYTES_A_PIXEL
                        * (long) stream.codecpar().width()
                        * stream.codecpar().height());
        return (int) Math.max(1, Math.min(64, (limits.maxMemoryMegabytes() * 1_000_000L / 4) / picture));
    }

    /** FFmpeg's name of the stream's codec, or the container's mark of a codec that FFmpeg does not know. */
    static String codecName(AVStream stream) {
        String name = avcodec.avcodec_get_name(stream.codecpar().codec_id()).getString();
        if (!name.equals("none")) {
            return name;
        }
        StringBuilder tag = new StringBuilder("'");
        for (int shift = 0; shift < 32; shift += 8) {
            int letter = stream.codecpar().codec_tag() >> shift & 0xff;
            tag.append(letter >= ' ' && letter < 127 ? (char) letter : '?');
        }
        return tag.append("', which is not known").toString();
    }

    /**
     * Decodes a packet and hands on the frames that are ready.
     *
     * @param packet null for the end: hands on all that is left
     * @return false if the sink wants no more
     */
    boolean decode(@Nullable AVPacket packet, Sink sink) {
        for (int refusals = 0; refusals < MAX_REFUSALS; refusals++) {
            long begin = System.nanoTime();
            int result = avcodec.avcodec_send_packet(context, packet);
            progress.workedSince(begin);
            if (result != EAGAIN) {
                if (result < 0 && result != EOF) {
                    count(result);
                }
                return drain(packet == null, sink);
            }
            if (!drain(false, sink)) {
                return false;
            }
        }
        count(EAGAIN);
        return true;
    }

    /** Decodes a packet as if there were no other; hands on all that was ready before, and its frame. */
    boolean decodeAlone(AVPacket packet, Sink sink) {
        boolean more = finish(sink);
        return decode(packet, sink) && finish(sink) && more;
    }

    private boolean finish(Sink sink) {
        boolean more = decode(null, sink);
        avcodec.avcodec_flush_buffers(context);
        return more;
    }

    private boolean drain(boolean toTheEnd, Sink sink) {
        int refusals = 0;
        while (refusals < MAX_REFUSALS) {
            long begin = System.nanoTime();
            int result = avcodec.avcodec_receive_frame(context, frame);
            progress.workedSince(begin);
            if (result == EAGAIN || result == EOF) {
                return true;
            }
            if (result < 0) {
                count(result);
                refusals++;
                if (!toTheEnd) {
                    return true;
                }
                continue;
            }
            refusals = 0;
            progress.beat();
            failPoint.frameDecoded();
            boolean more = hand(sink);
            avutil.av_frame_unref(frame);
            if (!more) {
                return false;
            }
        }
        return true;
    }

    private boolean hand(Sink sink) {
        if (frame.hw_frames_ctx() == null || frame.hw_frames_ctx().isNull()) {
            return sink.accept(frame);
        }
        int error = avutil.av_hwframe_transfer_data(transferred, frame, 0);
        if (error < 0) {
            count(error);
            return true;
        }
        avutil.av_frame_copy_props(transferred, frame);
        boolean more = sink.accept(transferred);
        avutil.av_frame_unref(transferred);
        return more;
    }

    private void count(int error) {
        errors++;
        lastError = error;
    }

    /** Packets that could not be decoded. */
    long errors() {
        return errors;
    }

    /** What was wrong with the last of them. */
    String lastError() {
        return PlainWords.of(lastError) + " (FFmpeg: " + FfmpegLog.text(lastError) + ")";
    }

    /**
     * Presentation time in the stream's time base, {@link io.sluice.frame.FrameId#NO_TICKS} if there is none. The packet's own
     * time comes first: FFmpeg's best effort, right where only decoding times are stored (AVI), depends on frames before.
     */
    static long ticks(AVFrame frame) {
        return frame.pts() != avutil.AV_NOPTS_VALUE ? frame.pts() : frame.best_effort_timestamp();
    }

    /** Whether a part of the picture is made up, because data or the frames it builds on were missing. */
    static boolean isDamaged(AVFrame frame, boolean independent) {
        return frame.decode_error_flags() != 0 || !independent && (frame.flags() & AVFrame.AV_FRAME_FLAG_CORRUPT) != 0;
    }

    @Override
    public void close() {
        avutil.av_frame_free(frame);
        avutil.av_frame_free(transferred);
        avcodec.avcodec_free_context(context);
    }
}
