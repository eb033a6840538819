/**
 * A dataset's captions taken together: out to a file, back from one, changed in many places, counted and compared.
 *
 * <p>The invariant: a file or a replacement with anything wrong in it changes nothing. Everything here is a function of its
 * arguments, without state, so any thread may call it.
 */
@NullMarked
package io.sluice.captions;

import org.jspecify.annotations.NullMarked;
