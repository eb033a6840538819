@NullMarked
package io.sluice.captions;

import org.jspecify.annotations.NullMarked;
