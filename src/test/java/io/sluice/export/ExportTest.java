package io.sluice.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.FolderFileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ExportTest {
    private static final int DOGS = 4;
    /** Content of a shard at most: two pictures and a bit. */
    private static final long SHARD = 40_000;

    private static final Recipe TOM = RecipeReader.read(
            "dataset: tom\ndetect: {target: [dog]}\ncaption: {trigger: tom}\nexport: {repeats: 2}", Map.of());

    @TempDir
    Path folder;

    private Path to = Path.of("");

    @BeforeEach
    void writeDataset() {
        SmallDataset.write(folder, DOGS);
        to = folder.resolve("export");
    }

    static List<ExportSource> rex(Path out, boolean masks) {
        return List.of(new ExportSource(
                new FolderFileTree(out.resolve("rex")),
                SmallDataset.RECIPE,
                masks ? Optional.of(new SubjectMasks(Optional.empty())) : Optional.empty()));
    }

    static ExportOptions options(Layout layout) {
        return new ExportOptions(
                layout, List.of(new BucketSettings(512, 512, 256, 1024, 64, true)), SHARD, false, "/data/rex");
    }

    private ExportResult export(Layout layout, boolean masks) throws IOException {
        return new Export(rex(folder, masks), to, options(layout)).run();
    }

    @ParameterizedTest
    @EnumSource
    void is_read_as_it_was_meant_and_twice_the_same(Layout layout) throws IOException {
        ExportResult result = export(layout, true);

        assertThat(result.differences()).isEmpty();
        assertThat(result.warnings()).isEmpty();
        assertThat(result.pictures()).isEqualTo(DOGS + 1);
        assertThat(result.masks()).isEqualTo(DOGS + 1);
        assertThat(result.whole()).isEqualTo(1);
        assertThat(result.tables().get(0).rows()).singleElement().satisfies(row -> {
            assertThat(row.pictures()).isEqualTo(DOGS + 1);
            assertThat(row.enlarged()).isEqualTo(DOGS + 1);
        });
        Map<String, String> first = contents();
        assertThat(first.get("sluice-export.json")).contains("\"complete\" : true", "\"masks\" : \"boxes\"");

        assertThat(export(layout, true).differences()).isEmpty();

        assertThat(contents()).isEqualTo(first);
    }

    @Test
    void kohya_has_folders_masks_of_the_same_names_and_a_toml() throws IOException {
        export(Layout.KOHYA, true);
        String dog = SmallDataset.id(0).value();
        String png = SmallDataset.id(DOGS - 1).value();
        String sofa = SmallDataset.id(DOGS).value();
        assertThat(contents().keySet())
                .hasSize(3 * (DOGS + 1) + 2)
                .contains(
                        "img/10_rex dog/" + dog + ".jpg",
                        "img/10_rex dog/" + dog + ".txt",
                        "img/10_rex dog/" + png + ".png",
                        "masks/10_rex dog/" + dog + ".jpg",
                        "masks/10_rex dog/" + png + ".png",
                        "img/1_context/" + sofa + ".jpg",
                        "masks/1_context/" + sofa + ".jpg",
                        "dataset.toml");
        assertThat(Files.readAllBytes(to.resolve("img/10_rex dog/" + dog + ".jpg")))
                .isEqualTo(Files.readAllBytes(folder.resolve("rex/img/10_rex dog/" + dog + ".jpg")));
        assertThat(Files.readString(to.resolve("img/10_rex dog/" + dog + ".txt")))
                .isEqualTo("rex a dog, \"number\" 0 \u00e9\u72ac");
        assertMask(Files.readAllBytes(to.resolve("masks/10_rex dog/" + dog + ".jpg")), 4);
        assertMask(Files.readAllBytes(to.resolve("masks/10_rex dog/" + png + ".png")), 0);
        assertThat(Files.readString(to.resolve("dataset.toml"))).isEqualTo("""
                # --dataset_config of sd-scripts, with --masked_loss
                [general]
                caption_extension = ".txt"

                [[datasets]]
                resolution = [512, 512]
                batch_size = 1
                enable_bucket = true
                min_bucket_reso = 256
                max_bucket_reso = 1024
                bucket_reso_steps = 64
                bucket_no_upscale = false

                [[datasets.subsets]]
                image_dir = "/data/rex/img/10_rex dog"
                num_repeats = 10
                conditioning_data_dir = "/data/rex/masks/10_rex dog"

                [[datasets.subsets]]
                image_dir = "/data/rex/img/1_context"
                num_repeats = 1
                conditioning_data_dir = "/data/rex/masks/1_context"
                """);
        export(Layout.KOHYA, false);
        assertThat(contents().keySet())
                .as("masks that are not asked for go")
                .noneMatch(file -> file.contains("masks/"));
        assertThat(to.resolve("masks")).doesNotExist();
        assertThat(Files.readString(to.resolve("dataset.toml")))
                .contains("class_tokens = \"rex dog\"")
                .doesNotContain("conditioning_data_dir", "masked_loss");
    }

    /** White where the dog is and black elsewhere. */
    private static void assertMask(byte[] encoded, int tolerance) {
        Image mask = ImageCodec.decode(encoded);
        assertThat(mask.width()).isEqualTo(SmallDataset.WIDTH);
        assertThat(mask.height()).isEqualTo(SmallDataset.HEIGHT);
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                boolean inside = x >= SmallDataset.DOG.left()
                        && x < SmallDataset.DOG.right()
                        && y >= SmallDataset.DOG.top()
                        && y < SmallDataset.DOG.bottom();
                int red = mask.bgr()[3 * (y * mask.width() + x) + 2] & 0xff;
                assertThat(Math.abs(red - (inside ? 255 : 0)))
                        .as("red at %d, %d", x, y)
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    @Test
    void one_trainer_has_masks_beside_the_pictures() throws IOException {
        export(Layout.ONETRAINER, true);
        String dog = "10_rex dog/" + SmallDataset.id(0);
        assertThat(contents().keySet())
                .hasSize(3 * (DOGS + 1) + 1)
                .contains(dog + ".jpg", dog + ".txt", dog + "-masklabel.png");
        assertMask(Files.readAllBytes(to.resolve(dog + "-masklabel.png")), 0);
        Image sofa = ImageCodec.decode(
                Files.readAllBytes(to.resolve("1_context/" + SmallDataset.id(DOGS) + "-masklabel.png")));
        assertThat(sofa.bgr()).as("nothing of the target: all inside").containsOnly((byte) 255);
    }

    @Test
    void image_folder_lists_its_pictures_in_the_split() throws IOException {
        export(Layout.IMAGEFOLDER, false);
        List<String> lines = Files.readAllLines(to.resolve("train/metadata.jsonl"));
        assertThat(lines).hasSize(DOGS + 1);
        JsonNode line = new JsonMapper().readTree(lines.get(0));
        assertThat(line.fieldNames()).toIterable().containsExactly("file_name", "text");
        assertThat(line.path("file_name").asText()).isEqualTo(SmallDataset.id(0) + ".jpg");
        assertThat(line.path("text").asText()).isEqualTo("rex a dog, \"number\" 0 \u00e9\u72ac");
        assertThat(contents().keySet())
                .hasSize(DOGS + 1 + 2)
                .allMatch(file -> file.startsWith("train/") || file.equals("sluice-export.json"));
    }

    @Test
    void shards_are_of_limited_size_and_say_neither_when_nor_by_whom() throws IOException {
        export(Layout.WEBDATASET, true);
        List<String> names = new ArrayList<>();
        List<Path> shards;
        try (Stream<Path> files = Files.list(to)) {
            shards = files.filter(file -> file.toString().endsWith(".tar"))
                    .sorted()
                    .toList();
        }
        assertThat(shards).hasSizeGreaterThan(1);
        assertThat(shards.get(0)).hasFileName("00000.tar");
        assertThat(shards.get(1)).hasFileName("00001.tar");
        for (Path shard : shards) {
            long content = 0;
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new ByteArrayInputStream(Files.readAllBytes(shard)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    names.add(entry.getName());
                    content += entry.getSize();
                    assertThat(entry.getLastModifiedTime().toMillis()).isZero();
                    assertThat(entry.getLongUserId()).isZero();
                    assertThat(entry.getUserName()).isEmpty();
                    if (entry.getName().endsWith(".json")) {
                        assertThat(new JsonMapper().readTree(tar.readAllBytes()).fieldNames())
                                .toIterable()
                                .contains(
                                        "url",
                                        "caption",
                                        "key",
                                        "status",
                                        "error_message",
                                        "width",
                                        "height",
                                        "original_width",
                                        "original_height",
                                        "exif");
                    }
                }
            }
            assertThat(content).isLessThanOrEqualTo(SHARD);
        }
        String dog = SmallDataset.id(0).value();
        assertThat(names)
                .hasSize(4 * (DOGS + 1))
                .startsWith(dog + ".json", dog + ".jpg", dog + ".mask.png", dog + ".txt");
    }

    @ParameterizedTest
    @CsvSource({
        "KOHYA, 1",
        "KOHYA, 2",
        "KOHYA, 7",
        "KOHYA, 17",
        "KOHYA, 18",
        "ONETRAINER, 9",
        "IMAGEFOLDER, 12",
        "JSONL, 3",
        "WEBDATASET, 2",
        "WEBDATASET, 3",
    })
    void killed_at_any_write_and_started_again_it_is_as_if_nothing_had_been(Layout layout, int write)
            throws IOException, InterruptedException {
        export(layout, true);
        Map<String, String> undisturbed = contents();
        to = folder.resolve("killed");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExportProcess.class.getName(),
                        folder.toString(),
                        to.toString(),
                        layout.name(),
                        String.valueOf(write))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isEqualTo(ExportProcess.KILLED);
        Map<String, String> left = contents();
        assertThat(left).isNotEqualTo(undisturbed);
        if (write > 1) {
            assertThat(left.get("sluice-export.json")).contains("\"complete\" : false");
        }

        assertThat(export(layout, true).differences()).isEmpty();

        assertThat(contents()).isEqualTo(undisturbed);
    }

    @ParameterizedTest
    @EnumSource
    void what_writers_that_were_killed_have_left_goes(Layout layout) throws IOException {
        Files.createDirectories(to);
        Files.writeString(to.resolve(".sluice-export.json.0123abcd.partial"), "{");
        export(layout, true);
        Map<String, String> undisturbed = contents();
        assertThat(undisturbed.keySet()).noneMatch(file -> file.endsWith(".partial"));
        for (String file : undisturbed.keySet()) {
            Path whole = to.resolve(file);
            Files.writeString(whole.resolveSibling("." + whole.getFileName() + ".89abcdef.partial"), "half");
            Files.writeString(whole.resolveSibling("." + whole.getFileName() + ".partial"), "half");
        }

        export(layout, true);

        assertThat(contents()).isEqualTo(undisturbed);
    }

    @Test
    void what_left_the_dataset_goes_and_a_persons_files_stay() throws IOException {
        export(Layout.KOHYA, true);
        Files.writeString(to.resolve("notes.md"), "mine");
        Files.writeString(to.resolve("img/10_rex dog/notes.md"), "mine");
        Path gone = folder.resolve("out");
        SmallDataset.write(gone, 1);

        new Export(rex(gone, false), to, options(Layout.KOHYA)).run();

        assertThat(contents().keySet())
                .hasSize(2 * 2 + 2 + 2)
                .contains("notes.md", "img/10_rex dog/notes.md", "img/10_rex dog/" + SmallDataset.id(0) + ".png");
    }

    @Test
    void several_datasets_make_one_export_whose_concepts_are_shown_equally_often() throws IOException {
        SmallDataset.write(folder, TOM, 10);
        List<ExportSource> both = List.of(
                rex(folder, false).get(0),
                new ExportSource(new FolderFileTree(folder.resolve("tom")), TOM, Optional.empty()));

        ExportResult asMade = new Export(both, to, options(Layout.KOHYA)).run();
        to = folder.resolve("balanced");
        ExportOptions balanced = new ExportOptions(
                Layout.KOHYA, List.of(new BucketSettings(512, 512, 256, 1024, 64, true)), SHARD, true, "/data/both");
        ExportResult result = new Export(both, to, balanced).run();

        assertThat(asMade.differences()).isEmpty();
        assertThat(result.differences()).isEmpty();
        assertThat(asMade.concepts())
                .containsExactly(
                        new ExportResult.Concept("context", 2, 1),
                        new ExportResult.Concept("rex dog", DOGS, 10),
                        new ExportResult.Concept("tom dog", 10, 2));
        assertThat(result.concepts())
                .containsExactly(
                        new ExportResult.Concept("context", 2, 1),
                        new ExportResult.Concept("rex dog", DOGS, 10),
                        new ExportResult.Concept("tom dog", 10, 4));
        assertThat(contents().keySet())
                .contains(
                        "img/4_tom dog/" + SmallDataset.id(0) + ".jpg",
                        "img/10_rex dog/" + SmallDataset.id(0) + ".jpg");
        assertThat(Files.readString(to.resolve("dataset.toml"))).contains("num_repeats = 4", "num_repeats = 10");
        assertThat(Files.readString(to.resolve("sluice-export.json"))).contains("\"rex+tom\"");
    }

    @Test
    void a_frame_of_two_datasets_needs_two_places() {
        SmallDataset.write(folder, TOM, 2);
        List<ExportSource> both = List.of(
                rex(folder, false).get(0),
                new ExportSource(new FolderFileTree(folder.resolve("tom")), TOM, Optional.empty()));

        assertThatThrownBy(() -> new Export(both, to, options(Layout.JSONL)).run())
                .isInstanceOf(ExportException.class)
                .hasMessageContainingAll(SmallDataset.id(0).value(), "'rex'", "'tom'", "kohya");
        assertThatThrownBy(() -> new ExportOptions(
                        Layout.IMAGEFOLDER,
                        List.of(new BucketSettings(512, 512, 256, 1024, 64, true)),
                        SHARD,
                        true,
                        "/data"))
                .hasMessageContainingAll("--balance", "imagefolder");
    }

    @Test
    void a_folder_of_something_else_is_not_touched() throws IOException {
        Files.createDirectories(to);
        Files.writeString(to.resolve("thesis.txt"), "mine");
        assertThatThrownBy(() -> export(Layout.KOHYA, false))
                .isInstanceOf(ExportException.class)
                .hasMessageContainingAll("--to", to.toString(), "thesis.txt", "allowed");
        assertThat(contents()).hasSize(1);

        to = folder.resolve("other");
        export(Layout.KOHYA, false);
        Map<String, String> kohya = contents();
        assertThatThrownBy(() -> export(Layout.JSONL, false)).hasMessageContainingAll("kohya", "jsonl", "'rex'");
        assertThat(contents()).isEqualTo(kohya);
    }

    /** Damage after the write, as a full disk or another process would do it: the read-back must find it. */
    @ParameterizedTest
    @CsvSource({
        "KOHYA, .txt, is read as",
        "KOHYA, .jpg, is read as",
        "ONETRAINER, -masklabel.png, is read as",
        "IMAGEFOLDER, .jpg, is read as",
        "JSONL, .jpg, is read as",
    })
    void damage_is_found_when_it_is_read_back(Layout layout, String ending, String words) throws IOException {
        FolderFileTree files = new FolderFileTree(to);
        String[] damaged = {""};
        WatchedTree damaging = new WatchedTree(files, (path, number) -> {
            if (!damaged[0].isEmpty()) {
                byte[] bytes = files.read(damaged[0]).orElseThrow();
                bytes[bytes.length - 1] ^= 1;
                files.put(damaged[0], bytes);
                damaged[0] = "";
            }
            if (path.endsWith(ending) && !path.contains("masks/") && number < 6) {
                damaged[0] = path;
            }
        });
        ExportResult result = new Export(rex(folder, true), to, damaging, options(layout)).run();
        assertThat(result.differences()).isNotEmpty().first().asString().contains(words);
        assertThat(Files.readString(to.resolve("sluice-export.json"))).contains("\"complete\" : false");
    }

    @Test
    void captions_are_those_that_stand_in_the_files_and_one_line() throws IOException {
        Path caption = folder.resolve("rex/img/10_rex dog/" + SmallDataset.id(0) + ".txt");
        Files.writeString(caption, "rex on a beach\nand what else I noted\n");
        export(Layout.ONETRAINER, false);
        assertThat(Files.readString(to.resolve("10_rex dog/" + SmallDataset.id(0) + ".txt")))
                .isEqualTo("rex on a beach");

        Files.delete(caption);
        export(Layout.ONETRAINER, false);
        assertThat(Files.readString(to.resolve("10_rex dog/" + SmallDataset.id(0) + ".txt")))
                .startsWith("rex a dog");

        Files.write(caption, new byte[] {'r', (byte) 0xe9, 'x'});
        assertThatThrownBy(() -> export(Layout.ONETRAINER, false))
                .hasMessageContainingAll(SmallDataset.id(0) + ".txt", "UTF-8");
    }

    @Test
    void what_cannot_be_exported_is_named() throws IOException {
        Path picture = folder.resolve("rex/img/10_rex dog/" + SmallDataset.id(0) + ".jpg");
        Files.writeString(picture, "no picture");
        assertThatThrownBy(() -> export(Layout.KOHYA, false))
                .isInstanceOf(ExportException.class)
                .hasMessageContainingAll(picture.getFileName().toString(), "neither JPEG nor PNG");
        Files.delete(picture);
        assertThatThrownBy(() -> export(Layout.KOHYA, false)).hasMessageContainingAll("not there", "frames.jsonl");
        Files.delete(folder.resolve("rex/frames.jsonl"));
        assertThatThrownBy(() -> export(Layout.KOHYA, false)).hasMessageContainingAll("frames.jsonl", "not finished");
    }

    @Test
    void a_picture_that_not_every_trainer_takes_is_told() throws IOException {
        Path picture = folder.resolve("rex/img/10_rex dog/" + SmallDataset.id(0) + ".jpg");
        Image decoded = ImageCodec.decode(Files.readAllBytes(picture));
        Files.write(picture, ImageCodec.jpeg(decoded, 60));
        ExportResult result = export(Layout.KOHYA, false);
        assertThat(result.differences()).isEmpty();
        assertThat(result.warnings())
                .singleElement()
                .asString()
                .contains(SmallDataset.id(0).value(), "quality 60");
    }

    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        if (Files.isDirectory(to)) {
            try (Stream<Path> files = Files.walk(to)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    contents.put(
                            to.relativize(file).toString().replace('\\', '/'),
                            Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return contents;
    }
}
