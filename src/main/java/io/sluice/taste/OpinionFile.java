package io.sluice.taste;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.sluice.frame.FrameId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Reads opinions from CSV with a header, or from JSON with one object a line. A rating has {@code frame} and {@code rating}, a
 * preference {@code better} and {@code worse}; both may have {@code rater}. A frame is named by its id or by a file that is called
 * so. All lines are right, or none is taken.
 */
public final class OpinionFile {
    private static final String FRAME = "frame";
    private static final String RATING = "rating";
    private static final String BETTER = "better";
    private static final String WORSE = "worse";
    private static final String RATER = "rater";
    private static final Set<String> OF_RATING = Set.of(FRAME, RATING);
    private static final Set<String> OF_PREFERENCE = Set.of(BETTER, WORSE);
    private static final String ALLOWED = "allowed: frame and rating, or better and worse, each with rater or without";

    private static final CsvMapper CSV =
            CsvMapper.builder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final String name;
    private final String rater;
    private final Predicate<FrameId> known;
    private final List<Rating> ratings = new ArrayList<>();
    private final List<Preference> preferences = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private OpinionFile(String name, String rater, Predicate<FrameId> known) {
        this.name = name;
        this.rater = rater;
        this.known = known;
    }

    /**
     * @param name of the file, which tells CSV ({@code .csv}) from JSON lines ({@code .jsonl}, {@code .ndjson}); for messages too
     * @param rater of lines that name none
     * @param known whether there is such a frame
     * @throws OpinionException if the name tells neither, a line is wrong, or there is none
     */
    public static Opinions read(String name, String text, String rater, Predicate<FrameId> known) {
        OpinionFile file = new OpinionFile(name, rater, known);
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith(".csv")) {
            file.csv(content);
        } else if (lower.endsWith(".jsonl") || lower.endsWith(".ndjson")) {
            file.jsonLines(content);
        } else {
            throw new OpinionException(name, List.of("its name: allowed: names that end in .csv, .jsonl or .ndjson"));
        }
        if (file.wrong.isEmpty() && file.ratings.isEmpty() && file.preferences.isEmpty()) {
            file.wrong.add("line 1: no rating and no preference; allowed: one at least");
        }
        if (!file.wrong.isEmpty()) {
            throw new OpinionException(name, file.wrong);
        }
        return new Opinions(file.ratings, file.preferences);
    }

    private void csv(String text) {
        String header = text.lines().findFirst().orElse("");
        // Spreadsheets write semicolons where the decimal mark is a comma.
        char separator = header.indexOf(',') < 0 && header.indexOf(';') >= 0 ? ';' : ',';
        try (MappingIterator<String[]> rows = CSV.readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text)) {
            String[] columns = {};
            while (rows.hasNextValue()) {
                // Where the row before ends: its line feed is not read yet.
                int line = rows.getParser().currentTokenLocation().getLineNr() + 1;
                String[] row = rows.nextValue();
                if (isBlank(row)) {
                    continue;
                }
                if (columns.length == 0) {
                    columns = row;
                } else if (row.length > columns.length) {
                    wrong.add("line " + line + ": " + row.length + " values; allowed: " + columns.length
                            + " at most, as the header has");
                } else {
                    Map<String, String> values = new TreeMap<>();
                    for (int i = 0; i < row.length; i++) {
                        if (!row[i].isBlank()) {
                            values.put(columns[i].strip().toLowerCase(Locale.ROOT), row[i].strip());
                        }
                    }
                    take(line, values);
                }
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            wrong.add("line " + (at == null ? "?" : at.getLineNr()) + ": no CSV: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be read", e);
        }
    }

    private static boolean isBlank(String... row) {
        for (String value : row) {
            if (!value.isBlank()) {
                return false;
            }
        }
        return true;
    }

    private void jsonLines(String text) {
        int line = 0;
        for (String json : text.lines().toList()) {
            line++;
            if (json.isBlank()) {
                continue;
            }
            JsonNode node;
            try {
                node = JSON.readTree(json);
            } catch (JsonProcessingException e) {
                wrong.add("line " + line + ": '" + json + "' is no JSON: " + e.getOriginalMessage());
                continue;
            }
            if (!node.isObject()) {
                wrong.add("line " + line + ": '" + json + "' is not allowed; allowed: an object");
                continue;
            }
            Map<String, String> values = new LinkedHashMap<>();
            node.properties()
                    .forEach(
                            entry -> values.put(entry.getKey(), entry.getValue().asText()));
            take(line, values);
        }
    }

    private void take(int line, Map<String, String> values) {
        String by = values.getOrDefault(RATER, rater);
        Set<String> keys = new TreeSet<>(values.keySet());
        keys.remove(RATER);
        try {
            if (keys.equals(OF_RATING)) {
                String rating = values.getOrDefault(RATING, "");
                ratings.add(new Rating(frame(FRAME, values), by, number(rating)));
            } else if (keys.equals(OF_PREFERENCE)) {
                preferences.add(new Preference(frame(BETTER, values), frame(WORSE, values), by));
            } else {
                wrong.add("line " + line + ": it has " + (keys.isEmpty() ? "nothing" : String.join(", ", keys)) + "; "
                        + ALLOWED);
            }
        } catch (IllegalArgumentException e) {
            wrong.add("line " + line + ": " + e.getMessage());
        }
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "rating '" + text + "' is not allowed; allowed: a number from " + Rating.LEAST + " to "
                            + Rating.MOST,
                    e);
        }
    }

    /** By its id, or by a file that is called so, whatever folders it is in. */
    private FrameId frame(String key, Map<String, String> values) {
        String text = values.getOrDefault(key, "");
        String file = text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
        int dot = file.indexOf('.');
        FrameId id;
        try {
            id = new FrameId(dot < 0 ? file : file.substring(0, dot));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    key + " '" + text + "' is not allowed; allowed: a frame's id or a file of the dataset", e);
        }
        if (!known.test(id)) {
            throw new IllegalArgumentException(
                    key + " '" + text + "' is not in the dataset; allowed: its frames, kept or not");
        }
        return id;
    }

    @Override
    public String toString() {
        return name;
    }
}
