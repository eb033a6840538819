@NullMarked
package io.sluice.taste;

import org.jspecify.annotations.NullMarked;
