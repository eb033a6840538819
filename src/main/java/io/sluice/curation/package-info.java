/**
 * What a person does with a dataset that is there: looks how it stands, adjusts it, pins and vetoes frames, changes captions, exports.
 * The command line and the HTTP API are two ways to ask for the same things, and both ask here.
 *
 * <p>The invariant: what is refused changes nothing, and the exception says whether the thing is not there ({@link
 * io.sluice.curation.AbsentException}), its state forbids it ({@link io.sluice.curation.ConflictException}), or the value is not
 * allowed (those of the packages that read it). Any thread may call.
 */
@NullMarked
package io.sluice.curation;

import org.jspecify.annotations.NullMarked;
