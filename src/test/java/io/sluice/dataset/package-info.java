/** Datasets read back as trainers read them, and written again in every order of events. */
@NullMarked
package io.sluice.dataset;

import org.jspecify.annotations.NullMarked;
