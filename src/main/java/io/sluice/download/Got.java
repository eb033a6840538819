package io.sluice.download;

/**
 * A file that was downloaded.
 *
 * @param bytes its length
 * @param sha256 its digest, 64 lower-case hexadecimal digits
 */
public record Got(long bytes, String sha256) {}
