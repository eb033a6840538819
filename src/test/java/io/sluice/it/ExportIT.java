package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Exports of a dataset that was made before. */
final class ExportIT {
    private static final int SECONDS = 16;

    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeDataset() {
        PatternVideo.write(folder.resolve("rex.mp4"), SECONDS, 1);
        Sluice.in(folder)
                .run(
                        "curate",
                        "rex.mp4",
                        "--dataset=rex",
                        "--set=extract.mode=rate",
                        "--set=select.similarity=1",
                        "--set=caption.trigger=rexdog")
                .hasExitCode(0);
    }

    private static Map<String, String> digests(String export) {
        return new TreeMap<>(Folder.files(folder.resolve(export)).stream()
                .collect(Collectors.toMap(
                        file -> file,
                        file -> Folder.sha256(folder.resolve(export).resolve(file)))));
    }

    @Test
    void a_dataset_is_exported_read_back_and_the_same_again() {
        int pictures = Folder.files(folder.resolve("datasets/rex"), ".jpg").size();
        assertThat(pictures).isPositive();
        Map<String, String> dataset = Folder.digests(folder.resolve("datasets/rex"));
        String[] export = {"export", "rex", "--layout=kohya", "--to=kohya", "--resolution=512", "--resolution=1024"};

        Sluice.in(folder)
                .run(export)
                .hasExitCode(0)
                .says(
                        "Exported: " + pictures + " pictures",
                        "Buckets at 512x512 (sides from 256 to 1024 in steps of 64): 1 used of 17",
                        "576x448",
                        "Buckets at 1024x1024 (sides from 256 to 2048 in steps of 64): 1 used of 41",
                        "1152x896",
                        pictures + " enlarged",
                        "Read back by the rules of kohya's reader: " + pictures + " pictures with captions");

        Map<String, String> first = digests("kohya");
        assertThat(first).hasSize(2 * pictures + 2);
        dataset.forEach((file, digest) -> {
            if (file.startsWith("img/")) {
                assertThat(first).as("of the dataset").containsEntry(file, digest);
            }
        });
        Sluice.in(folder).run(export).hasExitCode(0);
        assertThat(digests("kohya")).isEqualTo(first);
        assertThat(Folder.digests(folder.resolve("datasets/rex")))
                .as("the dataset is not changed")
                .isEqualTo(dataset);
    }

    @Test
    void a_process_that_is_killed_and_started_again_leaves_the_same_files() {
        String[] export = {"export", "rex", "--layout=onetrainer", "--to=killed"};
        try (Sluice.Started started = Sluice.in(folder).start(export)) {
            started.until(
                            "the first picture is there",
                            () -> !Folder.files(folder.resolve("killed"), ".jpg")
                                    .isEmpty())
                    .kill();
        }

        Sluice.in(folder).run(export).hasExitCode(0);
        Sluice.in(folder)
                .run("export", "rex", "--layout=onetrainer", "--to=undisturbed")
                .hasExitCode(0);

        assertThat(digests("killed")).isEqualTo(digests("undisturbed"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nobody --layout=kohya --to=x | 'nobody'; work folder",
                "rex --layout=kohya | --to",
                "rex --layout=lora --to=x | 'lora'; WEBDATASET",
                "rex --layout=kohya --to=x --resolution=big | --resolution; 'big'; 1216x832",
                "rex --layout=kohya --to=x --resolution=512 --max-bucket=448 | --max-bucket; '448'; 512",
                "rex --layout=kohya --to=x --masks | --masks; detect.target",
                "rex --layout=webdataset --to=x --shard-size=0 | --shard-size; '0'; 1 to",
                "rex rex --layout=kohya --to=x | 'rex, rex'; each once",
                "rex --layout=imagefolder --to=x --balance | --balance; imagefolder",
                "rex --layout=kohya --to=datasets/rex/img | --to; datasets/rex/img; outside",
                "rex --layout=kohya --to=datasets | --to; outside",
            })
    void a_wrong_option_is_named_with_what_is_allowed(String arguments, String words) {
        Sluice.Ended ended = Sluice.in(folder).run(("export " + arguments).split(" "));

        ended.hasExitCode(2).says(words.split("; "));
        assertThat(ended.output()).doesNotContain("\tat ");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void a_folder_with_a_persons_files_is_left_alone() throws IOException {
        Files.createDirectories(folder.resolve("mine"));
        Files.writeString(folder.resolve("mine/thesis.txt"), "mine");

        Sluice.in(folder)
                .run("export", "rex", "--layout=jsonl", "--to=mine")
                .hasExitCode(2)
                .says("thesis.txt", "allowed");

        assertThat(Folder.files(folder.resolve("mine"))).containsExactly("thesis.txt");
    }
}
