/**
 * Configuration, and the beans it makes: the one place where the parts are put together.
 *
 * <p>The invariant: nothing here decides anything about frames; a part that needs a setting gets it in its constructor. Beans
 * are made once, by CDI, when they are first needed.
 */
@NullMarked
package io.sluice.application;

import org.jspecify.annotations.NullMarked;
