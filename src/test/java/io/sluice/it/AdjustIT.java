package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.Assets;
import io.sluice.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thresholds turned on a dataset of real videos, and what a person says of its frames. */
final class AdjustIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A recipe under which every rule that is turned here has something to say. */
    private static final List<String> BASE = List.of(
            "extract.mode=rate",
            "extract.maxFps=0.5",
            "detect.target=[person]",
            "detect.contextShare=0.2",
            "blur.threshold=0.5",
            "select.similarity=0.95",
            "caption.trigger=rex");

    @TempDir
    private Path folder;

    private Path models() throws IOException {
        Path models = folder.resolve("models");
        if (!Files.exists(models)) {
            Files.createDirectories(models);
            ModelFiles.put(models, "yolox-nano", "detect/yolox_nano_416.onnx", "detect/coco_classes_80.txt");
        }
        return models;
    }

    private List<String> curate(List<String> settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("curate"));
        for (String video : List.of(
                "intel_one-by-one-person_768x432_10fps_139s.mp4",
                "mdn_tears-of-steel-battle_800x332_71s_multishot.webm",
                "derived_4shots_cuts_at_3_6_9s.mp4")) {
            arguments.add(Assets.path("videos/good/" + video)
                    .toAbsolutePath()
                    .normalize()
                    .toString());
        }
        arguments.add("--dataset=rex");
        arguments.add("--models=" + models());
        settings.forEach(setting -> arguments.add("--set=" + setting));
        return arguments;
    }

    private static Sluice.Ended run(Path place, List<String> arguments) {
        return Sluice.in(place).run(arguments.toArray(String[]::new)).hasExitCode(0);
    }

    private Sluice.Ended sluice(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--models=" + models());
        return run(folder, all);
    }

    private Sluice.Ended adjust(String... settings) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("adjust", "rex"));
        for (String setting : settings) {
            arguments.add("--set=" + setting);
        }
        return sluice(arguments.toArray(String[]::new));
    }

    private Map<String, String> dataset() {
        return Folder.digests(folder.resolve("datasets/rex"));
    }

    /** What the same recipe makes of the same videos where nothing is known of them. */
    private Map<String, String> fresh(String... settings) throws IOException {
        Path place = Files.createTempDirectory(folder, "fresh-");
        List<String> all = new ArrayList<>(BASE);
        all.addAll(List.of(settings));
        run(place, curate(all));
        return Folder.digests(place.resolve("datasets/rex"));
    }

    private JsonNode report() {
        return Folder.json(folder.resolve("datasets/rex/report.json"));
    }

    private JsonNode assess(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("assess", "rex", "--json"));
        all.addAll(List.of(arguments));
        return JSON.readTree(sluice(all.toArray(String[]::new)).output());
    }

    /** Rows of measurements, by frame and stage; the body of each. */
    private Map<String, String> measurements() {
        Map<String, String> measurements = new TreeMap<>();
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows = statement.executeQuery("SELECT frame, stage, fingerprint, body FROM annotation")) {
            while (rows.next()) {
                measurements.put(
                        rows.getString("stage") + " " + rows.getString("frame") + " " + rows.getString("fingerprint"),
                        rows.getString("body"));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return measurements;
    }

    private Set<String> framesOf(String verdict) {
        Set<String> frames = new TreeSet<>();
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT frame FROM dataset_frame WHERE verdict = '" + verdict + "'")) {
            while (rows.next()) {
                frames.add(rows.getString("frame"));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
        return frames;
    }

    /** That nothing was measured but on frames that came in, and nothing twice. */
    private void assertNothingTwice(Map<String, String> before, Set<String> outBefore, JsonNode report) {
        Map<String, String> after = measurements();
        assertThat(after).containsAllEntriesOf(before);
        Set<String> frameStages = new TreeSet<>();
        after.keySet()
                .forEach(key -> assertThat(frameStages.add(key.substring(0, key.lastIndexOf(' '))))
                        .as("measured once: " + key)
                        .isTrue());
        after.keySet().stream()
                .filter(key -> !before.containsKey(key))
                .forEach(key -> assertThat(outBefore).contains(key.split(" ")[1]));
        assertThat(Folder.stage(report, "extract").path("seconds").asDouble()).isZero();
        assertThat(Folder.stage(report, "blur").path("seconds").asDouble()).isZero();
    }

    @Test
    void an_adjusted_dataset_is_that_of_a_fresh_run_and_nothing_is_done_twice() throws IOException {
        run(folder, curate(BASE));
        Map<String, String> base = dataset();
        assertThat(base).hasSizeGreaterThan(20);
        Map<String, Long> frames = Folder.modified(folder.resolve("work/frames"));

        List<String> soFar = new ArrayList<>();
        for (List<String> change : List.of(
                List.of("blur.threshold=0.35"),
                List.of("blur.threshold=0.62"),
                List.of("blur.threshold=0.5", "select.similarity=0.8"),
                List.of("select.similarity=0.95", "detect.contextShare=0.6"),
                List.of("detect.contextShare=0.05", "select.goal=15", "select.perVideo=8"))) {
            soFar.addAll(change);
            Map<String, String> measured = measurements();
            Set<String> outBefore = framesOf("rejected");
            JsonNode whatIf = assess(change.stream().map(s -> "--set=" + s).toArray(String[]::new))
                    .path("whatIf");

            adjust(change.toArray(String[]::new));

            JsonNode report = report();
            assertNothingTwice(measured, outBefore, report);
            int told = whatIf.path("kept").asInt();
            int waiting = whatIf.path("waitingFrames").size();
            if (waiting == 0) {
                assertThat(report.path("kept").asInt())
                        .as("what assess has said of " + change)
                        .isEqualTo(told);
            }
            assertThat(dataset())
                    .as("adjusted, and fresh: " + change)
                    .isNotEqualTo(base)
                    .isEqualTo(fresh(soFar.toArray(String[]::new)));
        }

        adjust("detect.contextShare=0.2", "select.goal=none", "select.perVideo=none");
        assertThat(dataset()).as("there and back").isEqualTo(base);
        assertThat(Folder.modified(folder.resolve("work/frames"))).isEqualTo(frames);
    }

    @Test
    void pins_and_vetoes_win_are_told_and_survive_another_recipe() throws IOException {
        run(folder, curate(BASE));
        Map<String, String> base = dataset();
        JsonNode before = assess();
        String blurred = rejectedFor("blurred");
        String duplicate = rejectedFor("near-duplicate");
        String kept = before.path("keptFrames").path(0).asText();

        sluice("pin", "rex", blurred, duplicate);
        sluice("veto", "rex", kept).says("leave");

        JsonNode lines = lines();
        assertThat(lines.findValuesAsText("id")).contains(blurred, duplicate).doesNotContain(kept);
        lines.forEach(line -> assertThat(line.path("pinned").asBoolean())
                .isEqualTo(Set.of(blurred, duplicate).contains(line.path("id").asText())));

        run(folder, curate(List.of("extract.mode=rate", "extract.maxFps=0.5", "blur.threshold=0.7")));
        assertThat(lines().findValuesAsText("id")).contains(blurred, duplicate).doesNotContain(kept);

        sluice("unpin", "rex", blurred, duplicate, kept);
        run(folder, curate(BASE));
        assertThat(dataset()).isEqualTo(base);

        Sluice.in(folder)
                .run("pin", "rex", "0123456789abcdef_0_p000000000000_0", "--models=" + models())
                .hasExitCode(2)
                .says("dataset 'rex' has no frame 0123456789abcdef_0_p000000000000_0");
    }

    @Test
    void a_dataset_that_rests_is_assessed_and_adjusted_and_rests_on() throws IOException {
        List<String> curate = new ArrayList<>(curate(BASE));
        curate.add("--until=select");
        run(folder, curate);

        Sluice.Ended shown = sluice("assess", "rex", "--goal=10", "--contact-sheet=borders");

        shown.says("awaiting-review", "sharpness  (blur.threshold: at least 0.500)", "suggestions", "select.goal=10");
        assertThat(Folder.files(folder.resolve("borders"))).containsExactly("contact-sheet.html", "contact-sheet.png");

        adjust("blur.threshold=0.55").says("The dataset rests for review");
        assertThat(Folder.files(folder.resolve("datasets/rex"), ".jpg")).isEmpty();
        sluice("continue", "rex");
        assertThat(dataset()).isEqualTo(fresh("blur.threshold=0.55"));
    }

    @Test
    void a_frame_whose_picture_is_gone_is_named_and_does_not_come_in() throws IOException {
        run(folder, curate(BASE));
        String blurred = rejectedFor("blurred");
        for (String file : Folder.files(folder.resolve("work/frames"), blurred + ".jpg")) {
            Files.delete(folder.resolve("work/frames").resolve(file));
        }

        adjust("blur.threshold=0").says("frame " + blurred + " cannot come in: its picture is not in the frame store");

        assertThat(lines().findValuesAsText("id")).doesNotContain(blurred);
        assertThat(Folder.stage(report(), "aesthetic").path("failed").asInt()).isEqualTo(1);
    }

    @Test
    void what_cannot_be_adjusted_is_named_before_anything_changes() throws IOException {
        run(folder, curate(List.of("extract.maxFps=0.1")));
        Map<String, String> base = dataset();
        for (String[] wrong : new String[][] {
            {"extract.maxFps=2", "extract.maxFps: other frames would have to be extracted"},
            {"dataset=other", "dataset: 'other'"},
            {"blur.treshold=0.3", "unknown key 'blur.treshold'"},
            {"detect.target=[dog]", "detect"},
        }) {
            List<String> models = wrong[0].startsWith("detect") ? List.of("--models=none") : List.of();
            List<String> arguments = new ArrayList<>(List.of("adjust", "rex", "--set=" + wrong[0]));
            arguments.addAll(models);
            Sluice.in(folder)
                    .run(arguments.toArray(String[]::new))
                    .hasExitCode(2)
                    .says(wrong[1]);
        }
        Sluice.in(folder)
                .run("adjust", "none", "--set=blur.threshold=0.3")
                .hasExitCode(2)
                .says("'none'");
        Sluice.in(folder).run("assess", "none").hasExitCode(2).says("'none'");
        Sluice.in(folder).run("assess", "rex", "--goal=0").hasExitCode(2).says("--goal", "'0'");
        assertThat(dataset()).isEqualTo(base);
    }

    private String rejectedFor(String reason) {
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT frame FROM dataset_frame WHERE reason = '" + reason + "' ORDER BY frame LIMIT 1")) {
            assertThat(rows.next()).as("a frame rejected as " + reason).isTrue();
            return rows.getString("frame");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private JsonNode lines() throws IOException {
        var lines = JSON.createArrayNode();
        for (String line : Files.readAllLines(folder.resolve("datasets/rex/frames.jsonl"))) {
            lines.add(JSON.readTree(line));
        }
        return lines;
    }
}
