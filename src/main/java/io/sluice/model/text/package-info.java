/**
 * Models that find text, and models that read it. Regions are in pixels of the original picture, with corners clockwise from the top left of the text, from
 * top to bottom. Thread-safe.
 */
@NullMarked
package io.sluice.model.text;

import org.jspecify.annotations.NullMarked;
