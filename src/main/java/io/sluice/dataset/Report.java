package io.sluice.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a run did, as {@code report.json} says it. The components' names and order are the JSON's keys; null where there is no
 * value.
 *
 * @param dataset name of the dataset
 * @param seconds wall time of the run
 * @param kept frames in the dataset
 * @param videos in the order of their sources
 * @param stages in the order in which a frame passes them
 * @param models what ran for each role
 * @param warnings what was odd about the process, as a GPU that could not be used
 */
public record Report(
        String dataset,
        double seconds,
        int kept,
        List<Video> videos,
        List<Stage> stages,
        List<Model> models,
        List<String> warnings) {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    public Report {
        videos = List.copyOf(videos);
        stages = List.copyOf(stages);
        models = List.copyOf(models);
        warnings = List.copyOf(warnings);
    }

    /**
     * @param source file or address as the user gave it
     * @param id SHA-256 of the content; null where it could not be read
     * @param status {@code completed}, {@code failed} or {@code awaiting-review}
     * @param reason why it failed, for a person to read
     * @param warnings what was odd and did not stop it
     * @param durationSeconds as the container says; null where it does not
     * @param decodedFrames frames that were decoded
     * @param frames frames that were extracted
     */
    public record Video(
            String source,
            @Nullable String id,
            String status,
            @Nullable String reason,
            List<String> warnings,
            @Nullable Double durationSeconds,
            long decodedFrames,
            int frames) {
        public Video {
            warnings = List.copyOf(warnings);
        }
    }

    /**
     * @param stage its word
     * @param frames frames that came in: kept, rejected and failed together
     * @param reasons rejected frames by reason, in the order of the words
     * @param threshold what {@link #scores} were compared with; null where the stage compares nothing
     * @param scores of all frames measured; null where the stage has none
     * @param seconds of work, summed over threads
     */
    public record Stage(
            String stage,
            int frames,
            int kept,
            int rejected,
            int failed,
            Map<String, Integer> reasons,
            @Nullable Double threshold,
            @Nullable Scores scores,
            double seconds) {
        public Stage {
            reasons = Collections.unmodifiableMap(new TreeMap<>(reasons));
        }
    }

    /** Lowest, median and best score. */
    public record Scores(double min, double median, double max) {

        /**
         * Null where there are no scores; the median of an even number is the mean of the two in the middle.
         *
         * @param scores in any order
         */
        public static @Nullable Scores of(double... scores) {
            if (scores.length == 0) {
                return null;
            }
            double[] sorted = scores.clone();
            java.util.Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Scores(sorted[0], median, sorted[sorted.length - 1]);
        }
    }

    /**
     * @param role the job
     * @param id of the model, or of the built-in method that did the job
     * @param sha256 of its files; the algorithm's version for a method without files
     * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
     */
    public record Model(String role, String id, String sha256, String device) {}

    /** Indented JSON with a line break at the end. */
    public String toJson() {
        try {
            return PRETTY.writeValueAsString(this) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("report of dataset '" + dataset + "' has no JSON form", e);
        }
    }

    /** @throws IllegalArgumentException if {@code json} is not a report */
    public static Report fromJson(String json) {
        try {
            return JSON.readValue(json, Report.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a report: " + e.getOriginalMessage(), e);
        }
    }
}
