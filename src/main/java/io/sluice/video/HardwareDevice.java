package io.sluice.video;

import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * The device that decodes in this process: opened once, given to each decoder that can use it, closed by the end of the process.
 * What cannot be decoded by it is decoded in software.
 */
final class HardwareDevice {
    /** No device; nobody asked for one. */
    static final HardwareDevice NONE = new HardwareDevice(null, note -> {});

    private final @Nullable AVBufferRef device;
    private final Consumer<String> notes;
    private final Set<String> withoutDevice = new HashSet<>();

    private HardwareDevice(@Nullable AVBufferRef device, Consumer<String> notes) {
        this.device = device;
        this.notes = notes;
    }

    /** @param notes are told once of each reason why software decodes all the same */
    static HardwareDevice open(Hardware hardware, Consumer<String> notes) {
        if (hardware == Hardware.NONE) {
            return NONE;
        }
        AVBufferRef device = new AVBufferRef(null);
        int error = avutil.av_hwdevice_ctx_create(
                device, avutil.AV_HWDEVICE_TYPE_CUDA, (String) null, (AVDictionary) null, 0);
        if (error < 0) {
            notes.accept(
                    "no CUDA device can be opened (" + FfmpegLog.text(error) + "): videos are decoded in software");
            return NONE;
        }
        return new HardwareDevice(device, notes);
    }

    /** Lets the device decode for {@code context} if it knows the codec; to be called before the codec is opened. */
    boolean serve(AVCodecContext context, AVCodec codec) {
        if (device == null) {
            return false;
        }
        if (!isKnown(codec)) {
            String name = codec.name().getString();
            if (withoutDevice.add(name)) {
                notes.accept("the decoder " + name + " has no hardware decoding: it decodes in software");
            }
            return false;
        }
        context.hw_device_ctx(avutil.av_buffer_ref(device));
        return true;
    }

    private static boolean isKnown(AVCodec codec) {
        for (int i = 0; ; i++) {
            AVCodecHWConfig config = avcodec.avcodec_get_hw_config(codec, i);
            if (config == null || config.isNull()) {
                return false;
            }
            if (config.device_type() == avutil.AV_HWDEVICE_TYPE_CUDA
                    && (config.methods() & avcodec.AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0) {
                return true;
            }
        }
    }
}
