/** Ids and the JSON form of the message. */
@NullMarked
package io.sluice.frame;

import org.jspecify.annotations.NullMarked;
