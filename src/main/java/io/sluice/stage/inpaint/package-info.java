/**
 * Removes unwanted objects and text from a frame, and never touches what it shows.
 *
 * <p>The invariant: every pixel outside the removal mask is identical to the frame's as it was, and the mask never reaches into
 * the grown boxes of the subject. A cleaned picture is stored losslessly as a rendition of its own, named by the stage's
 * fingerprint; the frame's first picture stays as it is. Thread-safe.
 */
@NullMarked
package io.sluice.stage.inpaint;

import org.jspecify.annotations.NullMarked;
