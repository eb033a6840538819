/** Every key of a recipe: its default, its range, and what a person reads who got it wrong. */
@NullMarked
package io.sluice.recipe;

import org.jspecify.annotations.NullMarked;
