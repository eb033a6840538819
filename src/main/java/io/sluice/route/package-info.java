/**
 * Camel: the routes' Java side. YAML in {@code routes/} says where messages come from, where they go, in what batches and what
 * happens on failure; the beans here turn messages into work for the stages and record what came of it.
 *
 * <p>The invariant, for every consumer: work is recorded in the catalogue, then published with all acknowledgements, then
 * committed; so a process killed anywhere does some work twice and loses none. Each bean is called by several consumer threads
 * at once. Only this package knows Camel.
 */
@NullMarked
package io.sluice.route;

import org.jspecify.annotations.NullMarked;
