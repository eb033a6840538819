/**
 * What travels through the pipeline: frames, their ids, and what the stages measured on them.
 *
 * <p>Everything here is an immutable value without behaviour of its own, so any thread may share it. The invariant: a
 * {@link io.sluice.frame.FrameId} depends on the content of the video and the position in it alone, never on when, where or
 * how often a frame was extracted. Pixels are not here: a frame carries an {@link io.sluice.frame.ImageRef}, the claim check
 * for the frame store.
 */
@NullMarked
package io.sluice.frame;

import org.jspecify.annotations.NullMarked;
