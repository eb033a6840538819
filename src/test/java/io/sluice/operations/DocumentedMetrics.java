package io.sluice.operations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The metrics in the tables of {@code docs/operations.md}: names with their labels. */
public final class DocumentedMetrics {
    private static final Pattern ROW = Pattern.compile("^\\| `([a-z_]+)` \\|([^|]+)\\|([^|]*)\\|([^|]+)\\|$");

    private DocumentedMetrics() {}

    public static Map<String, Set<String>> read() {
        Map<String, Set<String>> metrics = new LinkedHashMap<>();
        boolean inTable = false;
        for (String line : lines()) {
            if (line.startsWith("| metric |")) {
                inTable = true;
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable && !line.startsWith("|---")) {
                Matcher row = ROW.matcher(line);
                if (!row.matches()) {
                    throw new IllegalStateException("docs/operations.md: not a row of a metric: " + line);
                }
                Set<String> labels = new TreeSet<>();
                Matcher label = Pattern.compile("`([a-z]+)`").matcher(row.group(3));
                while (label.find()) {
                    labels.add(label.group(1));
                }
                if (metrics.put(row.group(1), labels) != null) {
                    throw new IllegalStateException("docs/operations.md: '" + row.group(1) + "' stands there twice");
                }
            }
        }
        return metrics;
    }

    private static Iterable<String> lines() {
        try {
            return Files.readAllLines(Path.of("docs/operations.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
