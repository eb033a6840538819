package io.sluice.stage;

import io.sluice.frame.Annotation;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import java.util.Optional;

/** What a stage has to say of one frame. It carries the frame's id: answers are joined by it, never by position. */
public sealed interface Measurement {
    FrameId frame();

    /**
     * @param image the picture that the stage made of the frame's, where it changed pixels
     */
    record Measured(FrameId frame, Annotation annotation, Optional<ImageRef> image) implements Measurement {
        public Measured(FrameId frame, Annotation annotation) {
            this(frame, annotation, Optional.empty());
        }

        /** The frame as it goes on. */
        public Frame applyTo(Frame original) {
            Frame annotated = original.with(annotation);
            return image.map(annotated::with).orElse(annotated);
        }
    }

    /** @param error what is wrong with this frame, for a person to read */
    record Unmeasurable(FrameId frame, String error) implements Measurement {}
}
