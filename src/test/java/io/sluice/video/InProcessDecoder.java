package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decodes in this process, with the child's own classes and in one segment: the video is opened once to plan and once to read it
 * from its first packet to its last. For the benchmark, which asks what the child and the segments cost.
 */
public final class InProcessDecoder {
    private final FfmpegLog log = FfmpegLog.install();

    /** As {@link Decoders#plan}, but with a single segment. */
    public VideoPlan plan(Path video, Recipe.Extract extract) {
        Wire.PlanRequest request = new Wire.PlanRequest(
                video.toAbsolutePath().toString(), DecoderLimits.DEFAULT, extract, Planner.SEGMENT_MICROS);
        VideoPlan plan = new Planner(request, log, progress(), FailPoint.ofThisProcess()).plan();
        return new VideoPlan(
                plan.container(),
                plan.codec(),
                plan.stream(),
                plan.timeBaseNumerator(),
                plan.timeBaseDenominator(),
                plan.startTicks(),
                plan.durationMicros(),
                plan.width(),
                plan.height(),
                plan.rotationDegrees(),
                plan.crop(),
                List.of(new Segment(0, Segment.FROM_THE_FIRST, Segment.TO_THE_END)),
                plan.warnings());
    }

    /** Hands the frames to {@code sink}, in order of presentation. */
    public SegmentResult extract(Path video, VideoPlan plan, Recipe recipe, Consumer<ExtractedFrame> sink) {
        return extract(video, plan, recipe, sink, Runtime.getRuntime().availableProcessors());
    }

    /** @param threads for decoding, and as many for rendering */
    SegmentResult extract(Path video, VideoPlan plan, Recipe recipe, Consumer<ExtractedFrame> sink, int threads) {
        Wire.ExtractRequest request = new Wire.ExtractRequest(
                video.toAbsolutePath().toString(),
                DecoderLimits.DEFAULT,
                plan,
                plan.segments().get(0),
                recipe.extract(),
                recipe.export().encoding(),
                recipe.export().quality());
        Wire.Sender sender = new Wire.Sender(new Unpacking(sink));
        return new Extraction(request, log, progress(), FailPoint.ofThisProcess(), sender, threads, HardwareDevice.NONE)
                .run();
    }

    private static Progress progress() {
        return new Progress(new Wire.Sender(new Unpacking(frame -> {})), DecoderLimits.DEFAULT);
    }

    /** Takes the place of the pipe: reads each message as soon as it is whole. */
    private static final class Unpacking implements WritableByteChannel {
        private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
        private final Consumer<ExtractedFrame> sink;
        private int length;

        Unpacking(Consumer<ExtractedFrame> sink) {
            this.sink = sink;
        }

        @Override
        public int write(ByteBuffer part) throws IOException {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            if (waiting.size() == 0) {
                length = ByteBuffer.wrap(bytes).getInt();
            }
            waiting.writeBytes(bytes);
            // The length does not count the few bytes before it ends, and pictures are longer than those.
            if (waiting.size() > length) {
                Wire.Message message = Wire.receive(new ByteArrayInputStream(waiting.toByteArray()), Integer.MAX_VALUE);
                waiting.reset();
                if (message != null && message.kind() == Wire.Kind.FRAME) {
                    sink.accept(Wire.readFrame(message.fields()));
                }
            }
            return bytes.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {
            waiting.reset();
        }
    }
}
