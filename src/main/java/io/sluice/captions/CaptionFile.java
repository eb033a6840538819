package io.sluice.captions;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.sluice.frame.FrameId;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Captions as CSV with a header, or as JSON with one object a line: {@code frame}, {@code file}, {@code caption}, {@code machine}.
 * To be read, {@code frame} and {@code caption} are enough; what stands beside them is passed over.
 */
public final class CaptionFile {
    private static final String FRAME = "frame";
    private static final String CAPTION = "caption";
    private static final String ALLOWED_NAMES = "its name: allowed: names that end in .csv, .jsonl or .ndjson";

    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Predicate<FrameId> known;
    private final CaptionRules rules;
    private final Map<FrameId, String> captions = new TreeMap<>();
    private final Map<FrameId, Integer> lines = new TreeMap<>();
    private final List<String> wrong = new ArrayList<>();

    private CaptionFile(Predicate<FrameId> known, CaptionRules rules) {
        this.known = known;
        this.rules = rules;
    }

    private static Optional<Boolean> isCsv(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".csv")
                ? Optional.of(true)
                : lower.endsWith(".jsonl") || lower.endsWith(".ndjson") ? Optional.of(false) : Optional.empty();
    }

    /**
     * @param name of the file, which tells CSV from JSON lines
     * @throws CaptionException if it tells neither
     */
    public static String write(String name, List<Line> lines) {
        boolean csv = isCsv(name).orElseThrow(() -> new CaptionException(name, List.of(ALLOWED_NAMES)));
        return csv ? csv(lines) : json(lines);
    }

    private static String json(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            ObjectNode node = JSON.createObjectNode();
            node.put(FRAME, line.frame().value());
            node.put("file", line.file());
            node.put(CAPTION, line.caption());
            node.put("machine", line.machine());
            text.append(node).append('\n');
        }
        return text.toString();
    }

    private static String csv(List<Line> lines) {
        StringWriter text = new StringWriter();
        try (SequenceWriter rows = CSV.writerFor(String[].class)
                .with(CsvSchema.emptySchema().withLineSeparator("\n"))
                .writeValues(text)) {
            rows.write(new String[] {FRAME, "file", CAPTION, "machine"});
            for (Line line : lines) {
                String machine = line.machine() == null ? "" : line.machine();
                rows.write(new String[] {line.frame().value(), line.file(), line.caption(), machine});
            }
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be written", e);
        }
        return text.toString();
    }

    /**
     * The captions by frame.
     *
     * @param name of the file, which tells CSV from JSON lines; for messages too
     * @param known whether the dataset has such a frame
     * @throws CaptionException if the name tells neither, a line is wrong, or there is none; all wrong lines are named
     */
    public static Map<FrameId, String> read(String name, String text, Predicate<FrameId> known, CaptionRules rules) {
        boolean csv = isCsv(name).orElseThrow(() -> new CaptionException(name, List.of(ALLOWED_NAMES)));
        CaptionFile file = new CaptionFile(known, rules);
        String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
        if (csv) {
            file.readCsv(content);
        } else {
            file.readJson(content);
        }
        if (file.wrong.isEmpty() && file.captions.isEmpty()) {
            file.wrong.add("line 1: no caption; allowed: one at least");
        }
        if (!file.wrong.isEmpty()) {
            throw new CaptionException(name, file.wrong);
        }
        return file.captions;
    }

    private void readCsv(String text) {
        String header = text.lines().findFirst().orElse("");
        // Spreadsheets write semicolons where the decimal mark is a comma.
        char separator = header.indexOf(',') < 0 && header.indexOf(';') >= 0 ? ';' : ',';
        try (MappingIterator<String[]> rows = CSV.readerFor(String[].class)
                .with(CsvSchema.emptySchema().withColumnSeparator(separator))
                .readValues(text)) {
            List<String> columns = List.of();
            while (rows.hasNextValue()) {
                // Where the row before ends: its line feed is not read yet. Before the first row there is no line.
                int line = Math.max(1, rows.getParser().currentTokenLocation().getLineNr() + 1);
                String[] row = rows.nextValue();
                if (Arrays.stream(row).allMatch(String::isBlank)) {
                    continue;
                }
                if (columns.isEmpty()) {
                    columns = Arrays.stream(row)
                            .map(column -> column.strip().toLowerCase(Locale.ROOT))
                            .toList();
                    if (!columns.contains(FRAME) || !columns.contains(CAPTION)) {
                        wrong.add("line " + line + ": the header is " + columns
                                + "; allowed: one with frame and caption among its columns");
                        return;
                    }
                } else if (row.length > columns.size()) {
                    wrong.add("line " + line + ": " + row.length + " values; allowed: " + columns.size()
                            + " at most, as the header has; a caption with a comma stands in quotes");
                } else {
                    take(line, value(row, columns.indexOf(FRAME)), value(row, columns.indexOf(CAPTION)));
                }
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            wrong.add("line " + (at == null ? "?" : at.getLineNr()) + ": no CSV: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be read", e);
        }
    }

    private static String value(String[] row, int column) {
        return column < row.length ? row[column] : "";
    }

    private void readJson(String text) {
        int number = 0;
        // A caption may have separators of lines that are none of JSON's.
        for (String line : text.split("\r?\n", -1)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode node = JSON.readTree(line);
                if (node.path(FRAME).isTextual() && node.path(CAPTION).isTextual()) {
                    take(number, node.path(FRAME).asText(), node.path(CAPTION).asText());
                } else {
                    wrong.add("line " + number + ": allowed: an object with frame and caption, both texts");
                }
            } catch (JsonProcessingException e) {
                wrong.add("line " + number + ": no JSON: " + e.getOriginalMessage());
            }
        }
    }

    private void take(int line, String name, String caption) {
        FrameId frame;
        try {
            frame = new FrameId(name.strip());
        } catch (IllegalArgumentException e) {
            wrong.add("line " + line + ": frame " + e.getMessage());
            return;
        }
        if (!known.test(frame)) {
            wrong.add("line " + line + ": frame '" + frame + "' is not in the dataset");
            return;
        }
        Integer earlier = lines.putIfAbsent(frame, line);
        if (earlier != null) {
            wrong.add("line " + line + ": frame '" + frame + "' has a caption in line " + earlier
                    + " already; allowed: one");
            return;
        }
        Optional<String> fault = rules.wrong(caption.strip());
        if (fault.isPresent()) {
            wrong.add("line " + line + ": frame '" + frame + "': " + fault.get());
        } else {
            captions.put(frame, caption.strip());
        }
    }
}
