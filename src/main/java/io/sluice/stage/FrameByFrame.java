package io.sluice.stage;

import io.sluice.frame.Frame;
import io.sluice.image.ImageFormatException;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.store.MissingImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** For stages that measure pictures by themselves: a picture that is gone or broken costs its own frame alone. */
public final class FrameByFrame {
    private FrameByFrame() {}

    /**
     * @param measure may throw {@link MissingImageException} and {@link ImageFormatException}, for which the frame is at fault;
     *     anything else ends the batch
     * @return a measurement for each frame, in the same order
     */
    public static List<Measurement> measure(List<Frame> frames, Function<Frame, Measured> measure) {
        List<Measurement> measurements = new ArrayList<>(frames.size());
        for (Frame frame : frames) {
            try {
                measurements.add(measure.apply(frame));
            } catch (MissingImageException | ImageFormatException e) {
                measurements.add(new Unmeasurable(frame.id(), String.valueOf(e.getMessage())));
            }
        }
        return measurements;
    }

    /**
     * As {@link #measure}, with pictures asked about together.
     *
     * @param size how many at most are held and asked about at once
     * @param read may throw as the function there
     * @param ask answers for each, in their order
     */
    public static <I, O> List<Measurement> together(
            List<Frame> frames,
            int size,
            Function<Frame, I> read,
            Function<List<I>, List<O>> ask,
            BiFunction<Frame, O, Measured> measured) {
        List<Measurement> measurements = new ArrayList<>(frames.size());
        for (int from = 0; from < frames.size(); from += size) {
            List<Frame> readable = new ArrayList<>(size);
            List<I> inputs = new ArrayList<>(size);
            for (Frame frame : frames.subList(from, Math.min(frames.size(), from + size))) {
                try {
                    inputs.add(read.apply(frame));
                    readable.add(frame);
                } catch (MissingImageException | ImageFormatException e) {
                    measurements.add(new Unmeasurable(frame.id(), String.valueOf(e.getMessage())));
                }
            }
            List<O> answers = inputs.isEmpty() ? List.of() : ask.apply(inputs);
            for (int i = 0; i < answers.size(); i++) {
                measurements.add(measured.apply(readable.get(i), answers.get(i)));
            }
        }
        return measurements;
    }
}
