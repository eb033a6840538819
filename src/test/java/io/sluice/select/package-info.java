/** Select against hand-computed cases, and its promises over random sets. */
@NullMarked
package io.sluice.select;

import org.jspecify.annotations.NullMarked;
