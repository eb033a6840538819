/**
 * Files from the network, of which no byte is trusted: resumed where a download broke, compared with size and SHA-256, and only
 * then given their name.
 *
 * <p>The invariant: a file under its own name is whole and is the one that was asked for; whatever is less lies beside it as
 * {@code .part}. What the files are for is not known here. A {@link io.sluice.download.Downloader} is thread-safe; two downloads
 * of one file, in this process or another, exclude each other.
 */
@NullMarked
package io.sluice.download;

import org.jspecify.annotations.NullMarked;
