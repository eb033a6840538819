package io.sluice.stage;

import io.sluice.frame.Frame;
import io.sluice.image.ImageFormatException;
import io.sluice.stage.Measurement.Measured;
import io.sluice.stage.Measurement.Unmeasurable;
import io.sluice.store.MissingImageException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** For stages that measure one picture at a time: a picture that is gone or broken costs its own frame alone. */
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
}
