package io.sluice.download;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A file that is to be downloaded.
 *
 * @param address https, http or file
 * @param target where it shall lie; its folder is made if need be
 * @param bytes its length, if known
 * @param sha256 its digest, 64 lower-case hexadecimal digits, if known
 */
public record Wanted(URI address, Path target, OptionalLong bytes, Optional<String> sha256) {}
