/**
 * The contract between the pipeline and a stage, and the words for what came of a frame.
 *
 * <p>A stage measures; it sees one frame at a time, never order, time or other frames. The invariant: an annotation is a pure
 * function of the stored frame and the stage's {@link io.sluice.frame.Fingerprint}, so it may be kept and used again. Stages
 * know neither Camel nor Kafka nor each other; they are called from one thread per route consumer and must be thread-safe.
 */
@NullMarked
package io.sluice.stage;

import org.jspecify.annotations.NullMarked;
