/**
 * Contact sheets: a page that shows what became of a dataset's frames, for a person to judge.
 *
 * <p>{@link io.sluice.sheet.ContactSheet} says what is on it, {@link io.sluice.sheet.HtmlSheet} and
 * {@link io.sluice.sheet.PngSheet} draw it: one file each, complete in itself, the same bytes for the same sheet. Nothing here
 * needs a font, a display or a network. Thread-safe.
 */
@NullMarked
package io.sluice.sheet;

import org.jspecify.annotations.NullMarked;
