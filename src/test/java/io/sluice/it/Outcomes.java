package io.sluice.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.world.FrameTruth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What became of each frame of a rendered video, beside what is true of it. */
final class Outcomes {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final double MICROS = 1e6;

    private Outcomes() {}

    /**
     * A frame that was extracted.
     *
     * @param original its picture as it was extracted
     * @param rejection why a stage has rejected it
     * @param objects what the detector has found, as the catalogue holds it; empty if it was not asked
     * @param line of {@code frames.jsonl}, if it is in the dataset
     * @param picture its picture in the dataset, if it is there
     */
    record Outcome(
            FrameTruth truth,
            Path original,
            Optional<String> rejection,
            Optional<JsonNode> objects,
            Optional<JsonNode> line,
            Optional<Path> picture) {

        boolean isKept() {
            return line.isPresent();
        }
    }

    /**
     * The frames of a dataset of one rendered video, in their order.
     *
     * @param folder the process's working directory, with {@code work} and {@code datasets}
     * @param truth of the video's frames
     */
    static List<Outcome> of(Path folder, String dataset, List<FrameTruth> truth, int framesPerSecond) {
        Map<String, JsonNode> lines = new HashMap<>();
        Path delivered = folder.resolve("datasets").resolve(dataset);
        try {
            for (String line : Files.readAllLines(delivered.resolve("frames.jsonl"))) {
                JsonNode read = JSON.readTree(line);
                lines.put(read.path("id").asText(), read);
            }
            return outcomes(folder, delivered, truth, framesPerSecond, lines);
        } catch (IOException | SQLException e) {
            throw new AssertionError("the outcomes of dataset " + dataset + " cannot be read", e);
        }
    }

    private static List<Outcome> outcomes(
            Path folder, Path delivered, List<FrameTruth> truth, int framesPerSecond, Map<String, JsonNode> lines)
            throws SQLException, IOException {
        List<Outcome> outcomes = new ArrayList<>();
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SELECT d.frame, d.verdict, d.reason, f.time_micros, f.image,
                            (SELECT a.body FROM annotation a WHERE a.frame = d.frame AND a.stage = 'detect') AS found
                        FROM dataset_frame d JOIN frame f ON f.id = d.frame AND f.rendition = d.rendition
                        ORDER BY f.time_micros
                        """)) {
            while (rows.next()) {
                int number = (int) Math.round(rows.getLong("time_micros") / MICROS * framesPerSecond);
                Optional<JsonNode> line = Optional.ofNullable(lines.get(rows.getString("frame")));
                Optional<String> found = Optional.ofNullable(rows.getString("found"));
                outcomes.add(new Outcome(
                        truth.get(number),
                        folder.resolve("work/frames")
                                .resolve(JSON.readTree(rows.getString("image"))
                                        .path("key")
                                        .asText()),
                        rows.getString("verdict").equals("kept")
                                ? Optional.empty()
                                : Optional.ofNullable(rows.getString("reason")),
                        found.isPresent()
                                ? Optional.of(JSON.readTree(found.get()).path("objects"))
                                : Optional.empty(),
                        line,
                        line.map(read -> delivered.resolve(read.path("file").asText()))));
            }
        }
        return outcomes;
    }
}
