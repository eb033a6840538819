package io.sluice.video;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongUnaryOperator;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.jspecify.annotations.Nullable;

/**
 * Looks at keyframes spread over the whole video, whatever part of it is extracted, for {@link BlackBars}; in a video that has few
 * of them, at frames between too, from its start on. Bounded by counts and not by time, so that the answer is the same on any
 * machine.
 */
final class BarProbe {
    /** Keyframes that are looked at. */
    private static final int PLACES = 16;

    /** Pixels that are looked at altogether: 16 pictures of 4K, fewer of 8K. */
    private static final long MAX_PIXELS = 16L * 3840 * 2160;

    /** After a seek the keyframe is searched in so many packets. */
    private static final int MAX_PACKETS = 1000;

    /** With fewer keyframes in different places, frames between are looked at. */
    private static final int ENOUGH = 8;

    /** So many frames are decoded for that at most, ... */
    private static final int MAX_BETWEEN = 250;

    /** ... and fewer where they are larger than 1080p. */
    private static final long MAX_PIXELS_BETWEEN = MAX_BETWEEN * 1920L * 1080;

    /** Frames from each that is looked at to the next, at least and at most. */
    private static final int MIN_STEP = 5;

    private static final int MAX_STEP = 16;

    private final Container container;
    private final int index;
    private final DecoderLimits limits;
    private final Progress progress;
    private final FailPoint failPoint;

    BarProbe(Container container, int index, DecoderLimits limits, Progress progress, FailPoint failPoint) {
        this.container = container;
        this.index = index;
        this.limits = limits;
        this.progress = progress;
        this.failPoint = failPoint;
    }

    /**
     * What is kept of the pictures; null for all, as for a video that cannot be looked at in different places. The container is
     * left at any place.
     *
     * @param shape of the video's first picture
     */
    @Nullable
    Crop crop(long startTicks, long durationTicks, Rendering.Shape shape) {
        AVStream stream = container.stream(index);
        BlackBars bars = new BlackBars(shape.width(), shape.height());
        long pixels = (long) shape.width() * shape.height();
        int places = (int) Math.min(PLACES, MAX_PIXELS / Math.max(1, pixels));
        Set<Long> seen = new HashSet<>();
        try (Rendering rendering = new Rendering(container.context(), stream, limits);
                Mat grey = new Mat()) {
            for (int place = 0; place < places; place++) {
                AVPacket keyframe =
                        container.seek(index, time(place, places, startTicks, durationTicks)) ? keyframe() : null;
                if (keyframe != null && seen.add(keyframe.pts())) {
                    look(stream, keyframe, rendering, grey, bars, shape);
                }
            }
            if (seen.size() < Math.min(ENOUGH, places) && container.seek(index, startTicks)) {
                lookBetween(
                        stream, rendering, grey, bars, shape, place -> time(place, places, startTicks, durationTicks));
            }
        }
        return bars.crop();
    }

    /** The middle of each of so many equal parts of the video. */
    private static long time(long place, int places, long startTicks, long durationTicks) {
        return startTicks + (long) ((place + 0.5) / places * durationTicks);
    }

    /** @param times of the places */
    private void lookBetween(
            AVStream stream,
            Rendering rendering,
            Mat grey,
            BlackBars bars,
            Rendering.Shape shape,
            LongUnaryOperator times) {
        long pixels = Math.max(1, (long) shape.width() * shape.height());
        long affordable = Math.min(MAX_BETWEEN, MAX_PIXELS_BETWEEN / pixels);
        long[] decoded = {0};
        long[] looked = {0};
        int threads = Runtime.getRuntime().availableProcessors();
        try (FrameDecoder decoder =
                new FrameDecoder(stream, limits, threads, false, progress, failPoint, HardwareDevice.NONE)) {
            FrameDecoder.Sink sink = frame -> {
                boolean due =
                        decoded[0] >= looked[0] * MIN_STEP && FrameDecoder.ticks(frame) >= times.applyAsLong(looked[0]);
                if ((due || decoded[0] >= looked[0] * MAX_STEP)
                        && !FrameDecoder.isDamaged(frame, false)
                        && rendering.shape(frame).equals(shape)) {
                    bars.add(grey(rendering, frame, grey), shape.width());
                    looked[0]++;
                }
                return ++decoded[0] < affordable && looked[0] < PLACES;
            };
            AVPacket packet;
            do {
                packet = container.read(index);
            } while (decoder.decode(packet, sink) && packet != null);
        }
    }

    private @Nullable AVPacket keyframe() {
        for (int i = 0; i < MAX_PACKETS; i++) {
            AVPacket packet = container.read(index);
            if (packet == null || (packet.flags() & avcodec.AV_PKT_FLAG_KEY) != 0) {
                return packet;
            }
        }
        return null;
    }

    private void look(
            AVStream stream, AVPacket keyframe, Rendering rendering, Mat grey, BlackBars bars, Rendering.Shape shape) {
        try (FrameDecoder decoder =
                new FrameDecoder(stream, limits, 1, true, progress, failPoint, HardwareDevice.NONE)) {
            FrameDecoder.Sink sink = frame -> {
                if (!FrameDecoder.isDamaged(frame, true)
                        && rendering.shape(frame).equals(shape)) {
                    bars.add(grey(rendering, frame, grey), shape.width());
                }
                return false;
            };
            if (decoder.decode(keyframe, sink)) {
                decoder.decode(null, sink);
            }
        }
    }

    private static ByteBuffer grey(Rendering rendering, AVFrame frame, Mat grey) {
        opencv_imgproc.cvtColor(rendering.renderSignal(frame), grey, opencv_imgproc.COLOR_BGR2GRAY);
        return new BytePointer(grey.data())
                .capacity((long) grey.rows() * grey.cols())
                .asByteBuffer();
    }
}
