/**
 * The line that a trainer reads beside a picture.
 *
 * <p>{@link io.sluice.stage.caption.NamesCaption} makes it of the recipe's words and the detected names alone, without weights;
 * a captioner's sentence takes the place of the names where there is one. The invariant: a caption is one line and never empty,
 * and names nothing that was removed. Thread-safe.
 */
@NullMarked
package io.sluice.stage.caption;

import org.jspecify.annotations.NullMarked;
