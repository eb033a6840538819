/** The real broker in this JVM and in a killed one. */
@NullMarked
package io.sluice.broker;

import org.jspecify.annotations.NullMarked;
