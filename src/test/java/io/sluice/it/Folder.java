package io.sluice.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What lies in a folder, hidden files too. */
final class Folder {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Folder() {}

    /** Files below the folder, as paths relative to it with {@code /}, sorted; none if it is not there. */
    static List<String> files(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException | IOException e) {
            // A file has gone while a running process was looked at: the caller looks again.
            return List.of();
        }
    }

    static List<String> files(Path folder, String extension) {
        return files(folder).stream().filter(file -> file.endsWith(extension)).toList();
    }

    /** Digest of each file of a dataset but the report, which tells times. */
    static Map<String, String> digests(Path dataset) {
        Map<String, String> digests = new TreeMap<>();
        for (String file : files(dataset)) {
            if (!file.equals("report.json")) {
                digests.put(file, sha256(dataset.resolve(file)));
            }
        }
        return digests;
    }

    static String sha256(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** When each file below the folder was last written. */
    static Map<String, Long> modified(Path folder) {
        Map<String, Long> times = new TreeMap<>();
        for (String file : files(folder)) {
            times.put(file, folder.resolve(file).toFile().lastModified());
        }
        return times;
    }

    static JsonNode json(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The stage's part of a report. */
    static JsonNode stage(JsonNode report, String stage) {
        for (JsonNode candidate : report.path("stages")) {
            if (candidate.path("stage").asText().equals(stage)) {
                return candidate;
            }
        }
        throw new IllegalArgumentException("no stage '" + stage + "' in " + report);
    }
}
