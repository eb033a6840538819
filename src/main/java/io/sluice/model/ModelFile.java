package io.sluice.model;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One of the files that a model consists of.
 *
 * @param word what the file is in the model: {@link #MODEL}, {@code encoder}, {@code tokenizer}
 * @param path in the manifest's folder or below it
 * @param url where it can be downloaded, if anywhere
 * @param bytes its length, if stated
 * @param sha256 its digest, 64 lower-case hexadecimal digits, if stated
 */
public record ModelFile(String word, Path path, Optional<URI> url, OptionalLong bytes, Optional<String> sha256) {
    /** The word for the file of a model that is a single network. */
    public static final String MODEL = "model";
}
