/**
 * What is served over HTTP beside health and metrics.
 *
 * <p>The invariant: a page only shows; nothing here changes a dataset. Called on Vert.x's event loop, so whatever blocks is done
 * before.
 */
@NullMarked
package io.sluice.web;

import org.jspecify.annotations.NullMarked;
