/** Tests of the settings. */
@NullMarked
package io.sluice.application;

import org.jspecify.annotations.NullMarked;
