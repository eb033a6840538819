/**
 * What a dataset should be: the recipe, read from YAML and validated before any work.
 *
 * <p>The invariant: a {@link io.sluice.recipe.Recipe} that exists is valid; every unknown key, wrong type or value out of range
 * is a {@link io.sluice.recipe.RecipeException} that names the key, the value and what is allowed. Immutable.
 */
@NullMarked
package io.sluice.recipe;

import org.jspecify.annotations.NullMarked;
