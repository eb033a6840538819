package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Assets;
import io.sluice.model.embed.Embedders;
import io.sluice.video.HostileVideos;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One-shot runs. */
final class CurateIT {
    private static final int SECONDS = 16;

    /** Frames at 2 a second: of 16 seconds two are soft and two are black. */
    private static final int SHARP = 24;

    @TempDir
    private static Path videos;

    @TempDir
    private Path folder;

    @BeforeAll
    static void makeVideos() throws IOException {
        PatternVideo.write(videos.resolve("rex.mp4"), SECONDS, 1);
        PatternVideo.write(videos.resolve("other.mp4"), 4, 2);
        PatternVideo.writeBlack(videos.resolve("black.mp4"), 3);
        Files.writeString(videos.resolve("broken.mp4"), "this is no video, whatever its name says\n");
    }

    private static String video(String name) {
        return videos.resolve(name + ".mp4").toString();
    }

    private Path dataset(String name) {
        return folder.resolve("datasets").resolve(name);
    }

    private JsonNode report(String dataset) {
        return Folder.json(dataset(dataset).resolve("report.json"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "curate", "continue", "retry", "assess", "adjust", "pin", "veto", "unpin", "serve"})
    void help_tells_how_a_command_is_used(String command) {
        Sluice.Ended help = command.isEmpty()
                ? Sluice.in(folder).run("--help")
                : Sluice.in(folder).run(command, "--help");

        help.hasExitCode(0).says("Usage: sluice " + command);
        assertThat(folder.resolve("work")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense | --nonsense",
                "--until=blur | 'blur'; SELECT",
                "--recipe=none.yaml | none.yaml; cannot be read",
                "--set=blur.treshold=0.5 | blur.treshold; threshold",
                "--set=blur.threshold=much | blur.threshold; 'much'; 0 to 1",
                "--set=extract.maxFps=-1 | extract.maxFps; '-1'; 0.01",
                "--set=export.layout=webdataset | export.layout; 'webdataset'; kohya",
                "--dataset=../rex | dataset; '../rex'; letters",
            },
            quoteCharacter = '`')
    void a_wrong_option_or_recipe_is_named_with_what_is_allowed(String option, String words) {
        Sluice.Ended ended = Sluice.in(folder).run("curate", video("rex"), "--set=dataset=rex", option);

        ended.hasExitCode(2).says(words.split("; "));
        assertThat(ended.output()).doesNotContain("\tat ");
        assertThat(folder.resolve("work")).doesNotExist();
        assertThat(folder.resolve("datasets")).doesNotExist();
    }

    @Test
    void what_is_not_there_is_named() throws IOException {
        Files.createDirectory(folder.resolve("empty"));

        Sluice.in(folder).run().hasExitCode(2).says("a command is required");
        Sluice.in(folder).run("curate").hasExitCode(2).says("VIDEO|FOLDER");
        Sluice.in(folder)
                .run("curate", "none.mp4", "--dataset=rex")
                .hasExitCode(2)
                .says("none.mp4");
        Sluice.in(folder).run("curate", "empty", "--dataset=rex").hasExitCode(2).says("'empty'", "mp4");
        Sluice.in(folder).run("continue", "rex").hasExitCode(2).says("'rex'");
    }

    @Test
    void a_target_without_a_model_is_refused_before_any_work() {
        Sluice.Ended ended = Sluice.in(folder)
                .run("curate", video("rex"), "--dataset=rex", "--set=detect.target=[dog]", "--models=none");

        ended.hasExitCode(2).says("detect.target", "dog", "models pull detect");
        assertThat(ended.output()).doesNotContain("\tat ");
        assertThat(dataset("rex")).doesNotExist();
        assertThat(Folder.files(folder.resolve("work/frames"))).isEmpty();
    }

    @Test
    void a_video_becomes_a_dataset_that_a_trainer_reads_and_a_report_that_agrees_with_it() throws IOException {
        Files.writeString(folder.resolve("recipe.yaml"), """
                dataset: loser
                extract: { mode: rate, maxFps: 2 }
                caption: { trigger: rexdog }
                select: { similarity: 0.2 }
                export: { repeats: 7, concept: rex dog }
                """);

        Sluice.Ended ended = Sluice.in(folder)
                .run(
                        "curate",
                        video("rex"),
                        "--recipe=recipe.yaml",
                        "--set=select.similarity=1",
                        "--dataset=rex",
                        "--out=out",
                        "--work=kept/work",
                        "--report=report.json");

        ended.hasExitCode(0)
                .says("completed", "blank", "blurred", folder.resolve("out/rex").toString());
        assertThat(ended.output()).as("no log and no stack trace").doesNotContain("ERROR", "WARN", "Warning", "\tat ");
        Path dataset = folder.resolve("out/rex");
        List<String> pictures = Folder.files(dataset, ".jpg");
        assertThat(pictures).hasSize(SHARP).allMatch(picture -> picture.startsWith("img/7_rex dog/"));
        List<String> captions = Folder.files(dataset, ".txt");
        assertThat(captions)
                .isEqualTo(pictures.stream()
                        .map(picture -> picture.replace(".jpg", ".txt"))
                        .toList());
        for (String caption : captions) {
            assertThat(Files.readString(dataset.resolve(caption)))
                    .startsWith("rexdog")
                    .doesNotContain("\n");
        }
        List<String> lines = Files.readAllLines(dataset.resolve("frames.jsonl"));
        assertThat(lines).hasSize(SHARP);
        assertThat(Folder.files(dataset))
                .hasSize(2 * SHARP + 2)
                .contains("frames.jsonl", "report.json")
                .noneMatch(file -> file.contains("/.") || file.startsWith("."));

        JsonNode report = Folder.json(dataset.resolve("report.json"));
        assertThat(report.path("dataset").asText()).isEqualTo("rex");
        assertThat(report.path("kept").asInt()).isEqualTo(SHARP);
        JsonNode video = report.path("videos").path(0);
        assertThat(report.path("videos")).hasSize(1);
        assertThat(video.path("source").asText()).isEqualTo(video("rex"));
        assertThat(video.path("id").asText()).isEqualTo(Folder.sha256(videos.resolve("rex.mp4")));
        assertThat(video.path("status").asText()).isEqualTo("completed");
        assertThat(video.path("reason").isNull()).isTrue();
        assertThat(video.path("durationSeconds").asDouble()).isEqualTo(SECONDS);
        assertThat(video.path("decodedFrames").asInt()).isEqualTo(SECONDS * PatternVideo.FRAMES_PER_SECOND);
        assertThat(video.path("frames").asInt()).isEqualTo(2 * SECONDS);
        assertThat(Folder.files(folder.resolve("kept/work/frames"), ".jpg")).hasSize(2 * SECONDS);
        JsonNode blur = Folder.stage(report, "blur");
        assertThat(blur.path("frames").asInt()).isEqualTo(2 * SECONDS);
        assertThat(blur.path("kept").asInt()).isEqualTo(SHARP);
        assertThat(blur.path("reasons").path("blank").asInt()).isEqualTo(4);
        assertThat(blur.path("reasons").path("blurred").asInt()).isEqualTo(4);
        assertThat(Folder.stage(report, "dataset").path("kept").asInt()).isEqualTo(SHARP);
        JsonNode told = Folder.json(folder.resolve("report.json"));
        assertThat(told.path("kept")).isEqualTo(report.path("kept"));
        assertThat(told.path("videos")).isEqualTo(report.path("videos"));
    }

    @Test
    void a_second_run_finds_everything_done() throws IOException {
        String[] curate = {"curate", video("rex"), "--dataset=rex", "--set=extract.mode=rate"};
        Sluice.Ended first = Sluice.in(folder).run(curate).hasExitCode(0);
        Map<String, String> dataset = Folder.digests(dataset("rex"));
        Map<String, Long> frames = Folder.modified(folder.resolve("work/frames"));
        assertThat(dataset).hasSizeGreaterThan(2);

        Sluice.Ended second = Sluice.in(folder).run(curate).hasExitCode(0).says("already in dataset rex");

        System.out.println("second run: " + second.wallTime() + ", first run: " + first.wallTime());
        assertThat(Folder.digests(dataset("rex"))).isEqualTo(dataset);
        assertThat(Folder.modified(folder.resolve("work/frames"))).isEqualTo(frames);
    }

    @Test
    void another_threshold_measures_nothing_again() {
        List<String> curate = List.of("curate", video("rex"), "--dataset=rex", "--set=extract.mode=rate");
        run(curate).hasExitCode(0);
        Map<String, String> lenient = Folder.digests(dataset("rex"));
        Map<String, Long> frames = Folder.modified(folder.resolve("work/frames"));
        double median = Folder.stage(report("rex"), "blur")
                .path("scores")
                .path("median")
                .asDouble();

        run(curate, "--set=blur.threshold=" + median).hasExitCode(0);

        JsonNode report = report("rex");
        assertThat(Folder.stage(report, "blur").path("rejected").asInt())
                .as("below the median are half of the frames")
                .isBetween(2 * SECONDS / 2 - 2, 2 * SECONDS / 2);
        assertThat(Folder.files(dataset("rex"), ".jpg"))
                .isNotEmpty()
                .hasSize(report.path("kept").asInt())
                .hasSizeLessThan((int) lenient.keySet().stream()
                        .filter(f -> f.endsWith(".jpg"))
                        .count());
        for (String stage : List.of("extract", "blur", "detect", "aesthetic", "inpaint", "caption")) {
            assertThat(Folder.stage(report, stage).path("seconds").asDouble())
                    .as("seconds of work of " + stage)
                    .isZero();
        }
        assertThat(Folder.modified(folder.resolve("work/frames"))).isEqualTo(frames);

        run(curate).hasExitCode(0);

        assertThat(Folder.digests(dataset("rex")))
                .as("back to the first recipe")
                .isEqualTo(lenient);
    }

    @Test
    void more_frames_a_second_leave_the_measurements_of_those_that_were_there() throws SQLException {
        List<String> curate = List.of(
                "curate", video("rex"), "--dataset=rex", "--set=extract.mode=rate", "--set=select.similarity=1");
        run(curate, "--set=extract.maxFps=1").hasExitCode(0);
        assertThat(report("rex").path("kept").asInt()).isEqualTo(SHARP / 2);
        // A measurement that nobody would make of this frame: if it counts in the next run, it was not made again.
        try (Connection catalogue = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("work/catalogue.db"));
                Statement statement = catalogue.createStatement()) {
            assertThat(statement.executeUpdate("""
                            UPDATE annotation SET body = json_set(body, '$.score', 0.0)
                            WHERE stage = 'blur' AND frame = (
                                SELECT frame FROM dataset_frame WHERE verdict = 'kept' ORDER BY frame LIMIT 1)
                            """)).isEqualTo(1);
        }

        run(curate, "--set=extract.maxFps=2").hasExitCode(0);

        JsonNode report = report("rex");
        assertThat(Folder.stage(report, "extract").path("kept").asInt()).isEqualTo(2 * SECONDS);
        assertThat(Folder.stage(report, "blur").path("reasons").path("blurred").asInt())
                .as("the soft frames, and the one whose measurement was changed")
                .isEqualTo(4 + 1);
        assertThat(report.path("kept").asInt()).isEqualTo(SHARP - 1);
    }

    @Test
    void a_dataset_rests_after_select_until_it_is_told_to_go_on() {
        List<String> curate = List.of("curate", video("rex"), "--dataset=rex");
        run(curate, "--until=select", "--report=report.json").hasExitCode(0).says("continue rex", "await review");
        assertThat(Folder.files(dataset("rex"), ".jpg")).isEmpty();
        JsonNode resting = Folder.json(folder.resolve("report.json"));
        assertThat(resting.path("videos").path(0).path("status").asText()).isEqualTo("awaiting-review");
        int chosen = Folder.stage(resting, "select").path("kept").asInt();
        assertThat(chosen).isPositive();

        Sluice.in(folder).run("continue", "rex").hasExitCode(0).says("completed");

        assertThat(Folder.files(dataset("rex"), ".jpg")).hasSize(chosen);
        assertThat(report("rex").path("kept").asInt()).isEqualTo(chosen);
    }

    @Test
    void a_run_that_keeps_nothing_says_why() {
        Sluice.Ended ended = Sluice.in(folder).run("curate", video("black"), "--dataset=night");

        ended.hasExitCode(0)
                .says(
                        "night: no frames kept from 1 video (completed)",
                        "Nothing was kept: blur rejected all 3 frames as blank: blank.minLumaDeviation is 3.0, the best"
                                + " frame has 0.0; a value of 0.0 or below would have kept some.");
        assertThat(report("night").path("kept").asInt()).isZero();
        assertThat(Folder.files(dataset("night"), ".jpg")).isEmpty();
    }

    @Test
    void a_broken_video_is_named_and_the_good_one_beside_it_is_done() {
        Sluice.Ended ended = Sluice.in(folder).run("curate", video("broken"), video("other"), "--dataset=rex");

        ended.hasExitCode(1).says("failed: " + video("broken") + ": ", "1 completed, 1 failed");
        assertThat(ended.output()).doesNotContain("\tat ");
        JsonNode report = report("rex");
        assertThat(report.path("videos")).hasSize(2);
        for (JsonNode video : report.path("videos")) {
            boolean broken = video.path("source").asText().equals(video("broken"));
            assertThat(video.path("status").asText()).isEqualTo(broken ? "failed" : "completed");
            if (broken) {
                assertThat(video.path("reason").asText()).isNotBlank();
                ended.says(video.path("reason").asText());
            }
        }
        assertThat(Folder.files(dataset("rex"), ".jpg"))
                .hasSize(report.path("kept").asInt())
                .isNotEmpty();

        Sluice.in(folder).run("retry", "rex").hasExitCode(1).says("1 video is tried again", "failed: ");
    }

    @Test
    void the_same_video_under_two_names_is_done_once() throws IOException {
        Path twice = Files.createDirectory(folder.resolve("videos"));
        Files.copy(videos.resolve("other.mp4"), twice.resolve("a.mp4"));
        Files.copy(videos.resolve("other.mp4"), twice.resolve("b.mp4"));

        Sluice.in(folder)
                .run("curate", "videos", "--dataset=rex")
                .hasExitCode(0)
                .says("already in dataset rex");

        assertThat(report("rex").path("videos")).hasSize(1);
        assertThat(report("rex").path("videos").path(0).path("frames").asInt()).isEqualTo(4);
    }

    @Test
    void two_datasets_from_one_work_folder_share_what_they_have_in_common() {
        run(List.of("curate", video("other"), "--dataset=one")).hasExitCode(0);
        run(List.of("curate", video("other"), "--dataset=two", "--set=caption.trigger=two"))
                .hasExitCode(0);

        assertThat(Folder.files(dataset("two"), ".jpg"))
                .isNotEmpty()
                .extracting(file -> file.substring(file.lastIndexOf('/')))
                .isEqualTo(Folder.files(dataset("one"), ".jpg").stream()
                        .map(file -> file.substring(file.lastIndexOf('/')))
                        .toList());
        for (String stage : List.of("extract", "blur", "detect", "aesthetic")) {
            assertThat(Folder.stage(report("two"), stage).path("seconds").asDouble())
                    .as("seconds of work of " + stage)
                    .isZero();
        }
    }

    @Test
    void a_second_process_over_the_same_work_folder_is_told_so() {
        try (Sluice.Started first = Sluice.in(folder)
                .start("curate", video("rex"), "--dataset=rex", "--set=extract.mode=rate", "--set=extract.maxFps=10")) {
            first.until("the first process works", () -> Files.exists(folder.resolve("work/kafka")));

            Sluice.Ended second = Sluice.in(folder).run("curate", video("other"), "--dataset=other");

            second.hasExitCode(2).says(folder.resolve("work") + "' is in use by another process");
            assertThat(second.output()).doesNotContain("\tat ");
            first.await().hasExitCode(0);
        }
        assertThat(dataset("other")).doesNotExist();
    }

    @Test
    void embeddings_are_kept_with_the_frames_scored_compared_and_gone_with_them() throws IOException {
        for (String model : Embedders.ALL) {
            Embedders.put(folder.resolve("models"), model);
        }
        List<String> curate = List.of(
                "curate", video("rex"), "--dataset=rex", "--set=extract.mode=rate", "--set=select.similarity=1");

        run(curate, "--set=select.cosine=1").hasExitCode(0);

        JsonNode first = report("rex");
        assertThat(first.path("models").findValuesAsText("id")).contains("tiny-clip-image", "tiny-head");
        assertThat(Folder.files(folder.resolve("work/frames"), ".f32")).hasSize(SHARP);
        Map<String, Long> frames = Folder.modified(folder.resolve("work/frames"));

        run(curate, "--set=select.cosine=0.5").hasExitCode(0);

        JsonNode second = report("rex");
        assertThat(Folder.stage(second, "select")
                        .path("reasons")
                        .path("same-content")
                        .asInt())
                .isGreaterThan(Folder.stage(first, "select")
                        .path("reasons")
                        .path("same-content")
                        .asInt());
        assertThat(Folder.stage(second, "aesthetic").path("seconds").asDouble()).isZero();
        assertThat(Folder.modified(folder.resolve("work/frames"))).isEqualTo(frames);

        String example = Folder.files(dataset("rex"), ".jpg").get(0);
        Files.copy(dataset("rex").resolve(example), folder.resolve("example.jpg"));
        run(curate, "--set=select.cosine=1", "--set=detect.like=[example.jpg]", "--set=detect.minResemblance=1")
                .hasExitCode(0);

        JsonNode like = report("rex");
        assertThat(Folder.stage(like, "detect")
                        .path("reasons")
                        .path("no-target")
                        .asInt())
                .isPositive();
        assertThat(Folder.files(dataset("rex"), ".jpg"))
                .extracting(file -> file.substring(file.lastIndexOf('/')))
                .contains(example.substring(example.lastIndexOf('/')));

        run(curate, "--set=detect.like=[a red bicycle]", "--models=none")
                .hasExitCode(2)
                .says(
                        "detect.like: 'a red bicycle' needs a model with the role image-embed",
                        "models pull image-embed");

        Sluice.in(folder).run("forget", video("rex")).hasExitCode(0);

        assertThat(Folder.files(folder.resolve("work/frames"))).isEmpty();
    }

    @Test
    void real_videos_become_a_dataset() {
        Path good = Assets.path("videos/good");
        List<String> curate =
                new ArrayList<>(List.of("curate", "--dataset=real", "--set=extract.maxFps=1", "--report=report.json"));
        List<String> names = List.of(
                "intel_car-detection_768x432_12.5fps_30s.mp4",
                "mdn_flower_960x540_5s.mp4",
                "derived_4shots_cuts_at_3_6_9s.mp4",
                "androidx_pixel7_rot180_1080p.mp4",
                "androidx_hdr10_hevc_1080p.mp4",
                "androidx_vp9_square_642x642.webm",
                "imageio_newtonscradle_36frames.gif");
        names.forEach(name ->
                curate.add(good.resolve(name).toAbsolutePath().normalize().toString()));

        Sluice.Ended ended = run(curate).hasExitCode(0);

        System.out.println("real videos: " + ended.wallTime());
        JsonNode report = report("real");
        assertThat(report.path("videos")).hasSize(names.size());
        for (JsonNode video : report.path("videos")) {
            assertThat(video.path("frames").asInt())
                    .as(video.path("source").asText())
                    .isPositive();
        }
        assertThat(Folder.files(dataset("real"), ".jpg"))
                .isNotEmpty()
                .hasSize(report.path("kept").asInt());
    }

    @Test
    void hostile_videos_fail_with_a_reason_or_give_what_can_be_decoded() {
        Path hostile = Assets.path("videos/hostile").toAbsolutePath().normalize();
        // So that the 8K file, which the defaults allow, meets the limit.
        Sluice sluice = Sluice.in(folder).with("SLUICE_DECODER_MAX_PIXELS", String.valueOf(4096 * 2304));
        String[] curate = {
            "curate",
            hostile.toString(),
            video("other"),
            video("rex"),
            "--dataset=rex",
            "--set=extract.mode=rate",
            "--set=extract.maxFps=120"
        };

        Sluice.Ended ended = sluice.run(curate).hasExitCode(1);

        System.out.println("hostile videos: " + ended.wallTime());
        Map<String, String> endings = new TreeMap<>();
        for (JsonNode video : report("rex").path("videos")) {
            String source = video.path("source").asText();
            String name = Path.of(source).getFileName().toString();
            boolean failed = video.path("status").asText().equals("failed");
            endings.put(name, ending(video));
            if (failed) {
                ended.says("failed: " + source + ": " + video.path("reason").asText());
            } else {
                assertThat(video.path("status").asText()).as(source).isEqualTo("completed");
            }
        }
        Map<String, String> expected = new TreeMap<>(HostileVideos.endings());
        expected.put("other.mp4", 4 * PatternVideo.FRAMES_PER_SECOND + " frames");
        expected.put("rex.mp4", SECONDS * PatternVideo.FRAMES_PER_SECOND + " frames");
        assertThat(endings).isEqualTo(expected);
        assertThat(ended.output()).doesNotContain("\tat ");
        assertThat(Folder.files(dataset("rex"), ".jpg")).isNotEmpty();
        assertNothingLeftOver();
    }

    /** As the tests of extraction put it. */
    private static String ending(JsonNode video) {
        if (video.path("status").asText().equals("failed")) {
            return "failed: " + video.path("reason").asText().replaceFirst(" \\(FFmpeg: .*\\)$", "");
        }
        List<String> words = new ArrayList<>(List.of(video.path("frames").asInt() + " frames"));
        video.path("warnings").forEach(warning -> words.add(warning.asText()));
        words.removeIf(word -> word.startsWith("ffmpeg: "));
        return String.join("; ", words);
    }

    /** The work folder holds what it always does, and no stored frame but those of completed videos. */
    private void assertNothingLeftOver() {
        List<String> files = Folder.files(folder.resolve("work"));
        assertThat(files).noneMatch(file -> file.contains("tmp") || file.contains("partial"));
        assertThat(files)
                .allMatch(file ->
                        file.matches("(kafka|frames)/.*|catalogue\\.db.*|lock|version|(broker|sluice)\\.log.*"));
        int frames = 0;
        for (JsonNode video : report("rex").path("videos")) {
            frames += video.path("frames").asInt();
        }
        assertThat(Folder.files(folder.resolve("work/frames"), ".jpg")).hasSize(frames);
    }

    @Test
    void files_that_cannot_be_read_and_names_that_cannot_be_printed_end_nothing() throws IOException {
        Path unreadable = Path.of("/proc/self/mem");
        assumeTrue(Files.exists(unreadable), "this system has no file that opens and cannot be read");
        Path videos = Files.createDirectory(folder.resolve("videos"));
        Files.createSymbolicLink(videos.resolve("a.mp4"), unreadable);
        Files.createSymbolicLink(videos.resolve("loop.mp4"), videos.resolve("loop.mp4"));
        Files.createDirectory(videos.resolve("folder.mp4"));
        Files.copy(Path.of(video("other")), videos.resolve("b.mp4"));
        Files.copy(Path.of(video("broken")), videos.resolve("c\n\u001b[31m.mp4"));

        Sluice.in(folder)
                .run("curate", "videos", "--dataset=rex")
                .hasExitCode(1)
                .says(
                        "failed: videos/a.mp4: the file cannot be read: ",
                        "failed: videos/c??[31m.mp4: not a video: ",
                        "1 completed, 1 failed");

        assertThat(report("rex").path("videos")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MAX_STREAMS | 0 | sluice.decoder.max-streams is 0; 1 to 1000000",
                "MAX_DURATION | 0s | sluice.decoder.max-duration is 0s; 1s to",
                "MAX_DECODE_SECONDS_PER_SECOND | -1 | sluice.decoder.max-decode-seconds-per-second is -1.0; more than 0",
                "MAX_PIXELS | many | sluice.decoder.max-pixels; many",
                "MAX_FILE_SIZE | much | sluice.decoder.max-file-size; much",
            })
    void a_wrong_limit_is_named_with_what_is_allowed(String key, String value, String words) {
        Sluice.Ended ended =
                Sluice.in(folder).with("SLUICE_DECODER_" + key, value).run("curate", video("other"), "--dataset=rex");

        ended.hasExitCode(2).says(words.split("; "));
        assertThat(ended.output()).doesNotContain("\tat ");
    }

    private Sluice.Ended run(List<String> arguments, String... more) {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(more));
        return Sluice.in(folder).run(all.toArray(String[]::new));
    }
}
