package io.sluice.store;

/**
 * An object as a bucket lists it.
 *
 * @param version the ETag without quotation marks: another content has another one
 * @param bytes its length
 */
public record BucketObject(String key, String version, long bytes) {}
