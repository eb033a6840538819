package io.sluice.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.dataset.KohyaReader.Picture;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.InfrastructureException;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetFolderTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final String DOGS = "dataset: rex\ndetect: {target: [dog]}\ncaption: {trigger: rex}";
    private static final Recipe REX = recipe(DOGS);
    private static final Frame DOG = dog(0, "rex dog");
    private static final Frame OTHER_DOG = dog(1, "rex dog, sofa");
    private static final Frame SOFA = frame(2, ImageRef.JPEG, "sofa").with(new Detections("m", List.of()));

    @TempDir
    Path out;

    @Test
    void is_read_by_kohyas_rules() throws IOException {
        write(REX, DOG, OTHER_DOG, SOFA);
        assertThat(KohyaReader.read(out.resolve("rex/img")))
                .containsExactly(
                        new Picture(10, "rex dog", DOG.id() + ".jpg", "rex dog"),
                        new Picture(10, "rex dog", OTHER_DOG.id() + ".jpg", "rex dog, sofa"),
                        new Picture(1, "context", SOFA.id() + ".jpg", "sofa"));
        assertThat(names())
                .containsOnly(
                        "frames.jsonl",
                        "report.json",
                        "img/10_rex dog/" + DOG.id() + ".jpg",
                        "img/10_rex dog/" + DOG.id() + ".txt",
                        "img/10_rex dog/" + OTHER_DOG.id() + ".jpg",
                        "img/10_rex dog/" + OTHER_DOG.id() + ".txt",
                        "img/1_context/" + SOFA.id() + ".jpg",
                        "img/1_context/" + SOFA.id() + ".txt");
        assertThat(Files.readAllBytes(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".jpg")))
                .isEqualTo(pixels(DOG));
        assertThat(Files.readString(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt")))
                .isEqualTo("rex dog");
    }

    @Test
    void a_frame_with_changed_pixels_is_a_png_and_its_earlier_jpeg_goes() throws IOException {
        write(REX, DOG);
        write(REX, DOG.with(new ImageRef("k", 640, 480, ImageRef.PNG, pixels(DOG).length, "0".repeat(64))));
        assertThat(KohyaReader.read(out.resolve("rex/img")))
                .containsExactly(new Picture(10, "rex dog", DOG.id() + ".png", "rex dog"));
        assertThat(names()).hasSize(4);
    }

    @Test
    void a_line_of_frames_jsonl_says_what_was_measured() throws IOException {
        Frame full = frame(1_500_000, ImageRef.PNG, "rex dog")
                .with(new Sharpness(0.5, 0.1, 0.2, 30, 100, 40))
                .with(new Detections("yolox", List.of(new Detection("dog", 0.9, new Box(1, 2, 400, 300)))))
                .with(new AestheticScore("photographic-quality", 6.25, "00ff00ff00ff00ff"))
                .with(new Removal(
                        "telea",
                        0.02,
                        List.of(new Detection("cup", 0.7, new Box(5, 6, 7, 8))),
                        List.of(List.of(1.0, 2.0, 3.0, 2.0, 3.0, 4.0, 1.0, 4.0)),
                        List.of("SALE")));
        write(REX, full);
        List<String> lines = Files.readAllLines(out.resolve("rex/frames.jsonl"));
        assertThat(lines)
                .containsExactly(
                        "{\"id\":\"" + full.id() + "\",\"video\":\"" + VIDEO
                                + "\",\"time\":1.5,\"file\":\"img/10_rex dog/" + full.id()
                                + ".png\",\"width\":640,\"height\":480,\"scores\":{\"sharpness\":0.5,\"aesthetic\":6.25},"
                                + "\"boxes\":[{\"label\":\"dog\",\"score\":0.9,\"box\":[1.0,2.0,400.0,300.0]}],"
                                + "\"removals\":{\"method\":\"telea\",\"areaShare\":0.02,"
                                + "\"objects\":[{\"label\":\"cup\",\"score\":0.7,\"box\":[5.0,6.0,7.0,8.0]}],"
                                + "\"textRegions\":[[1.0,2.0,3.0,2.0,3.0,4.0,1.0,4.0]],"
                                + "\"texts\":[\"SALE\"]},"
                                + "\"caption\":\"rex dog\",\"captionWritten\":\"" + DatasetFolder.mark("rex dog")
                                + "\",\"captionMethod\":\"names\",\"captionStatus\":\"made\",\"captionReason\":null,\"pinned\":false}");
    }

    @Test
    void what_was_not_measured_is_null() throws IOException {
        write(recipe("dataset: rex"), frame(0, ImageRef.JPEG, "a"));
        JsonNode line = new JsonMapper().readTree(Files.readString(out.resolve("rex/frames.jsonl")));
        assertThat(line.path("scores").path("sharpness").isNull()).isTrue();
        assertThat(line.path("scores").path("aesthetic").isNull()).isTrue();
        assertThat(line.path("removals").isNull()).isTrue();
        assertThat(line.path("boxes")).isEmpty();
    }

    @Test
    void writing_again_changes_nothing() throws IOException {
        write(REX, DOG, OTHER_DOG, SOFA);
        Map<String, String> first = contents();
        FileTime long_ago = FileTime.fromMillis(0);
        Path picture = out.resolve("rex/img/10_rex dog/" + DOG.id() + ".jpg");
        Files.setLastModifiedTime(picture, long_ago);
        write(REX, DOG, OTHER_DOG, SOFA);
        assertThat(contents()).isEqualTo(first);
        assertThat(Files.getLastModifiedTime(picture)).isEqualTo(long_ago);
    }

    @Test
    void a_run_that_was_killed_and_done_again_leaves_the_same_files() throws IOException {
        write(REX, DOG, SOFA);
        Map<String, String> undisturbed = contents();
        Files.move(out.resolve("rex"), out.resolve("undisturbed"));

        DatasetFolder killed = new DatasetFolder(out, recipe(DOGS + "\nexport: {repeats: 3}"));
        killed.write(DOG, pixels(DOG));
        killed.write(OTHER_DOG, pixels(OTHER_DOG));
        Path old = out.resolve("rex/img/3_rex dog");
        Files.writeString(old.resolve("." + SOFA.id() + ".jpg.partial"), "half");
        Files.writeString(out.resolve("rex/.frames.jsonl.partial"), "{\"id\":");
        Files.writeString(old.resolve("." + SOFA.id() + ".txt.0a1b2c3d.partial"), "half");
        Files.writeString(out.resolve("rex/.report.json.0a1b2c3d.partial"), "{\"id\":");
        Files.createFile(out.resolve("rex/.captions/000000000000001-0a1b2c3d-000000000=" + SOFA.id() + "+0123"));

        write(REX, DOG, SOFA);
        assertThat(contents()).isEqualTo(undisturbed);
    }

    @Test
    void frames_that_left_the_dataset_go_and_a_persons_files_stay() throws IOException {
        write(REX, DOG, OTHER_DOG, SOFA);
        Files.writeString(out.resolve("rex/img/10_rex dog/mine.jpg"), "mine");
        Files.writeString(out.resolve("rex/img/1_context/notes.txt"), "mine");
        Files.createDirectories(out.resolve("rex/img/5_extra"));
        Files.writeString(out.resolve("rex/img/5_extra/more.png"), "mine");
        Files.writeString(out.resolve("rex/train.toml"), "mine");
        write(REX, OTHER_DOG);
        assertThat(names())
                .containsOnly(
                        "frames.jsonl",
                        "report.json",
                        "train.toml",
                        "img/10_rex dog/mine.jpg",
                        "img/1_context/notes.txt",
                        "img/5_extra/more.png",
                        "img/10_rex dog/" + OTHER_DOG.id() + ".jpg",
                        "img/10_rex dog/" + OTHER_DOG.id() + ".txt");
    }

    @Test
    void folders_that_got_empty_go() throws IOException {
        write(REX, DOG, SOFA);
        write(REX, DOG);
        assertThat(out.resolve("rex/img/1_context")).doesNotExist();
        write(REX);
        assertThat(out.resolve("rex/img")).doesNotExist();
        assertThat(out.resolve("rex/frames.jsonl")).isEmptyFile();
    }

    @Test
    void a_caption_that_a_person_edited_is_kept_and_others_follow_the_recipe() throws IOException {
        write(REX, DOG, OTHER_DOG);
        Path caption = out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt");
        Files.writeString(caption, "rex asleep\n");
        for (String generated : List.of("rex", "rex animal", "rex dog")) {
            write(REX, dog(0, generated), dog(1, generated));
            assertThat(caption).hasContent("rex asleep\n");
            assertThat(out.resolve("rex/img/10_rex dog/" + OTHER_DOG.id() + ".txt"))
                    .hasContent(generated);
            JsonNode line = new JsonMapper()
                    .readTree(
                            Files.readAllLines(out.resolve("rex/frames.jsonl")).get(0));
            assertThat(line.path("caption").asText()).isEqualTo("rex asleep");
            assertThat(line.path("captionStatus").asText()).isEqualTo("edited");
            assertThat(line.path("captionWritten").asText()).isEqualTo(DatasetFolder.mark("rex dog"));
        }
    }

    @Test
    void an_edited_caption_moves_with_its_frame_and_waits_for_one_that_left() throws IOException {
        write(REX, DOG, OTHER_DOG);
        Files.writeString(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt"), "rex asleep");
        Recipe more = recipe(DOGS + "\nexport: {repeats: 20}");
        write(more, DOG, OTHER_DOG);
        assertThat(out.resolve("rex/img/20_rex dog/" + DOG.id() + ".txt")).hasContent("rex asleep");
        assertThat(out.resolve("rex/img/10_rex dog")).doesNotExist();
        write(more, OTHER_DOG);
        assertThat(out.resolve("rex/img/20_rex dog/" + DOG.id() + ".jpg")).doesNotExist();
        write(more, DOG, OTHER_DOG);
        assertThat(out.resolve("rex/img/20_rex dog/" + DOG.id() + ".txt")).hasContent("rex asleep");
    }

    @Test
    void a_caption_written_before_a_kill_is_not_taken_for_a_persons() throws IOException {
        write(REX, DOG);
        Frame second = dog(0, "second");
        new DatasetFolder(out, REX).write(second, pixels(second));
        write(REX, dog(0, "third"));
        assertThat(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt")).hasContent("third");
        assertThat(out.resolve("rex/.captions")).doesNotExist();
    }

    @Test
    void a_journal_of_an_earlier_version_is_read_and_goes() throws IOException {
        write(REX, DOG);
        Path caption = out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt");
        Files.writeString(caption, "second");
        String line = DOG.id() + " " + DatasetFolder.mark("second");
        Files.writeString(out.resolve("rex/.captions"), "\n" + line + "\n\n" + DOG.id() + " 0123");
        write(REX, dog(0, "third"));
        assertThat(caption).hasContent("third");
        assertThat(names()).noneMatch(name -> name.startsWith(".captions"));
    }

    @Test
    void what_another_process_has_written_is_not_taken_for_a_persons() throws IOException {
        DatasetFolder first = new DatasetFolder(out, REX);
        DatasetFolder second = new DatasetFolder(out, REX);
        second.write(DOG, pixels(DOG));
        first.write(OTHER_DOG, pixels(OTHER_DOG));
        first.finish(List.of(DOG, OTHER_DOG), report());
        second.write(dog(0, "rex at rest"), pixels(DOG));
        second.finish(List.of(dog(0, "rex at rest"), OTHER_DOG), report());
        first.write(dog(0, "rex dog once more"), pixels(DOG));
        first.finish(List.of(dog(0, "rex dog once more"), OTHER_DOG), report());

        assertThat(KohyaReader.read(out.resolve("rex/img")))
                .extracting(Picture::caption)
                .containsExactly("rex dog once more", "rex dog, sofa");
        assertThat(Files.readString(out.resolve("rex/frames.jsonl"))).doesNotContain("edited");
        assertThat(out.resolve("rex/.captions")).doesNotExist();
    }

    @Test
    void what_another_process_notes_while_one_finishes_is_not_forgotten() throws IOException {
        DatasetFolder finishing = new DatasetFolder(out, REX);
        DatasetFolder writing = new DatasetFolder(out, REX);
        finishing.write(DOG, pixels(DOG));
        Iterable<Frame> frames = () -> {
            // the journal has been read by now
            writing.write(OTHER_DOG, pixels(OTHER_DOG));
            return List.of(DOG).iterator();
        };
        finishing.finish(frames, report());
        Files.writeString(
                out.resolve("rex/img/10_rex dog/" + OTHER_DOG.id() + ".txt"),
                OTHER_DOG.annotation(Caption.class).orElseThrow().text());

        DatasetFolder later = new DatasetFolder(out, REX);
        later.write(dog(1, "rex and a ball"), pixels(OTHER_DOG));
        assertThat(out.resolve("rex/img/10_rex dog/" + OTHER_DOG.id() + ".txt")).hasContent("rex and a ball");
    }

    @Test
    void a_picture_that_another_process_or_a_person_has_removed_is_written_again() throws IOException {
        write(REX, DOG, OTHER_DOG);
        Map<String, String> whole = contents();
        Path picture = out.resolve("rex/img/10_rex dog/" + DOG.id() + ".jpg");
        Files.delete(picture);
        DatasetFolder folder = new DatasetFolder(out, REX);
        assertThatThrownBy(() -> folder.finish(List.of(DOG, OTHER_DOG), report()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(DOG.id().value());
        folder.finish(List.of(DOG, OTHER_DOG), report(), Set.of(), DatasetFolderTest::pixels);
        assertThat(contents()).isEqualTo(whole);
    }

    @Test
    void processes_that_write_the_same_frames_while_another_sweeps_leave_whole_files() throws Exception {
        List<Frame> frames = IntStream.range(0, 40)
                .mapToObj(i -> dog(i, "rex " + i))
                .sorted(Comparator.comparing(Frame::id))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 2; writer++) {
                DatasetFolder folder = new DatasetFolder(out, REX);
                writers.add(threads.submit(() -> frames.forEach(frame -> folder.write(frame, pixels(frame)))));
            }
            DatasetFolder sweeping = new DatasetFolder(out, REX);
            writers.add(threads.submit(() -> {
                for (int i = 0; i < 20; i++) {
                    sweeping.finish(List.of(), report());
                }
            }));
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        new DatasetFolder(out, REX).finish(frames, report(), Set.of(), DatasetFolderTest::pixels);
        Map<String, String> together = contents();
        Files.move(out.resolve("rex"), out.resolve("together"));
        write(REX, frames.toArray(Frame[]::new));
        assertThat(together).isEqualTo(contents());
    }

    @Test
    void an_emptied_or_deleted_caption_is_written_again() throws IOException {
        write(REX, DOG, OTHER_DOG);
        Files.writeString(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt"), " \n");
        Files.delete(out.resolve("rex/img/10_rex dog/" + OTHER_DOG.id() + ".txt"));
        new DatasetFolder(out, REX).finish(List.of(DOG, OTHER_DOG), report());
        assertThat(KohyaReader.read(out.resolve("rex/img")))
                .extracting(Picture::caption)
                .containsExactly("rex dog", "rex dog, sofa");
    }

    @Test
    void a_damaged_frames_jsonl_loses_no_caption() throws IOException {
        write(REX, DOG);
        Files.writeString(out.resolve("rex/frames.jsonl"), "{ not json\n");
        Files.writeString(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt"), "rex asleep");
        write(REX, DOG);
        assertThat(out.resolve("rex/img/10_rex dog/" + DOG.id() + ".txt")).hasContent("rex asleep");
    }

    @Test
    void refuses_what_no_trainer_could_read() {
        DatasetFolder folder = new DatasetFolder(out, REX);
        Frame bare = new Frame(DOG.id(), VIDEO, 0, 0, DOG.image(), List.of());
        assertThatThrownBy(() -> folder.write(bare, pixels(DOG)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(DOG.id().value())
                .hasMessageContaining("caption");
        assertThatThrownBy(() -> folder.write(DOG, new byte[3]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 bytes");
        assertThatThrownBy(() -> folder.finish(List.of(DOG), report()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(DOG.id().value());
        folder.write(DOG, pixels(DOG));
        folder.write(OTHER_DOG, pixels(OTHER_DOG));
        assertThatThrownBy(() -> folder.finish(List.of(OTHER_DOG, DOG), report()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ascending");
        assertThat(out.resolve("rex/report.json")).doesNotExist();
    }

    @Test
    void names_the_folder_that_cannot_be_written() throws IOException {
        Files.writeString(out.resolve("rex"), "a file in the way");
        assertThatThrownBy(() -> new DatasetFolder(out, REX).write(DOG, pixels(DOG)))
                .isInstanceOf(InfrastructureException.class)
                .hasMessageContaining(out.resolve("rex").toString());
    }

    @Test
    void the_concept_is_the_recipes_else_trigger_and_target_else_the_datasets_name() {
        assertThat(Concept.of(recipe("dataset: d\nexport: {concept: a red car}")))
                .isEqualTo("a red car");
        assertThat(Concept.of(REX)).isEqualTo("rex dog");
        assertThat(Concept.of(recipe("detect: {target: [dog, cat]}"))).isEqualTo("dog cat");
        assertThat(Concept.of(recipe("caption: {trigger: rex the dog}\ndetect: {target: [dog]}")))
                .isEqualTo("rex the dog");
        assertThat(Concept.of(recipe("dataset: my_set"))).isEqualTo("my_set");
    }

    @Test
    void the_concept_has_no_letter_at_which_a_file_system_or_trainer_stumbles() {
        assertThat(Concept.of(recipe("caption: {trigger: ' ../a/b\\c: \"<sks>\" v1.0, |?* '}")))
                .isEqualTo("a b c sks v1 0");
        assertThat(Concept.of(recipe("dataset: d\ncaption: {trigger: '...'}"))).isEqualTo("d");
        assertThat(Concept.of(recipe("dataset: d\nexport: {concept: '  '}"))).isEqualTo("d");
        assertThat(Concept.of(recipe("caption: {trigger: München 犬}"))).isEqualTo("München 犬");
        assertThat(Concept.of(recipe("caption: {trigger: " + "犬".repeat(500) + "}"))
                        .getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThan(240);
    }

    private void write(Recipe recipe, Frame... frames) {
        DatasetFolder folder = new DatasetFolder(out, recipe);
        for (Frame frame : frames) {
            folder.write(frame, pixels(frame));
        }
        folder.finish(List.of(frames), report());
    }

    private static Report report() {
        return new Report("rex", 1.5, 1, List.of(), List.of(), List.of(), List.of());
    }

    private List<String> names() throws IOException {
        return List.copyOf(contents().keySet());
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        Path folder = out.resolve("rex");
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(
                        folder.relativize(file).toString().replace('\\', '/'),
                        Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private static Recipe recipe(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    private static Frame dog(int time, String caption) {
        return frame(time, ImageRef.JPEG, caption)
                .with(new Detections("m", List.of(new Detection("dog", 0.9, new Box(0, 0, 400, 300)))));
    }

    private static Frame frame(int timeMicros, String mediaType, String caption) {
        FrameId id = FrameId.of(VIDEO, 0, timeMicros, 0);
        ImageRef image = new ImageRef("k", 640, 480, mediaType, ("pixels of " + id).length(), "0".repeat(64));
        return new Frame(id, VIDEO, 0, timeMicros, image, List.of(new Caption(caption, "names")));
    }

    private static byte[] pixels(Frame frame) {
        return ("pixels of " + frame.id()).getBytes(StandardCharsets.UTF_8);
    }
}
