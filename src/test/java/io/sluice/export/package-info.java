@NullMarked
package io.sluice.export;

import org.jspecify.annotations.NullMarked;
