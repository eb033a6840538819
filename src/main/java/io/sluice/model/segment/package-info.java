/**
 * Models that tell which pixels of a picture belong to an object that a detector has found: by its box alone (the SAM family), by
 * what stands out in the picture (the rembg family), or by its class (DeepLab).
 *
 * <p>The answer is a mask for each object, as large as the picture and never beyond the object's box, which is widened a little
 * because detectors cut off ears and feet. An empty mask means that the model does not know the object; the caller falls back to
 * the box. Thread-safe.
 */
@NullMarked
package io.sluice.model.segment;

import org.jspecify.annotations.NullMarked;
