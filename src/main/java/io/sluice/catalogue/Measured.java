package io.sluice.catalogue;

import io.sluice.frame.Annotation;
import io.sluice.frame.ImageRef;
import java.util.Optional;

/** A kept measurement, and the picture that the stage made with it, where it changed pixels. */
public record Measured(Annotation annotation, Optional<ImageRef> image) {}
