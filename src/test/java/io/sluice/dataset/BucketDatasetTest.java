package io.sluice.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.s3.S3Server;
import io.sluice.store.FileTree;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.S3Client;

/** A dataset in a bucket is, file by file, the one in a folder, through all that happens to it. */
class BucketDatasetTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final String DOGS = "dataset: rex\ndetect: {target: [dog]}\ncaption: {trigger: rex}";

    @TempDir
    Path folder;

    @Test
    void a_dataset_in_a_bucket_is_equal_to_the_one_in_a_folder_through_edits_changes_and_kills() throws IOException {
        S3Server.provideCredentials();
        try (S3Server server = S3Server.start(folder);
                S3Client client = server.client();
                ObjectStorage storage = S3Server.storage(server.endpoint())) {
            client.createBucket(request -> request.bucket("sets"));
            Place local = Place.of(folder.resolve("out"));
            Place remote = Place.of("s3://sets/out");
            Frame first = frame(0, "rex dog");
            Frame second = frame(1, "rex dog, sofa");
            Frame third = frame(2, "rex dog, grass");

            for (Place out : List.of(local, remote)) {
                write(out, storage, DOGS, first, second, third);
            }
            Map<String, String> begun = files(local);
            assertThat(begun).hasSize(8).containsKeys("frames.jsonl", "report.json");
            assertThat(files(storage)).isEqualTo(begun);

            String edited = "img/10_rex dog/" + second.id() + ".txt";
            for (Place out : List.of(local, remote)) {
                FileTree files = FileTree.of(out.resolve("rex"), storage);
                files.put(edited, "a person's words".getBytes(StandardCharsets.UTF_8));
                // Killed before it is finished: what it has written is in the journal.
                open(out, storage, DOGS).write(frame(0, "rex dog, later"), pixels(first));
                write(out, storage, DOGS + "\nexport: {repeats: 3}", frame(0, "rex dog, at last"), second);
            }
            Map<String, String> changed = files(local);
            assertThat(changed)
                    .containsEntry("img/3_rex dog/" + second.id() + ".txt", "a person's words")
                    .containsEntry("img/3_rex dog/" + first.id() + ".txt", "rex dog, at last")
                    .hasSize(6);
            assertThat(files(storage)).isEqualTo(changed);
        }
    }

    private static DatasetFolder open(Place out, ObjectStorage storage, String yaml) {
        Recipe recipe = RecipeReader.read(yaml, Map.of());
        return new DatasetFolder(FileTree.of(out.resolve(recipe.dataset()), storage), recipe);
    }

    private static void write(Place out, ObjectStorage storage, String yaml, Frame... frames) {
        DatasetFolder dataset = open(out, storage, yaml);
        for (Frame frame : frames) {
            dataset.write(frame, pixels(frame));
        }
        dataset.finish(List.of(frames), new Report("rex", 1.5, 1, List.of(), List.of(), List.of(), List.of()));
    }

    private static Map<String, String> files(Place local) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        Path root = Path.of(local.path()).resolve("rex");
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        }
        return contents;
    }

    private static Map<String, String> files(ObjectStorage storage) {
        Map<String, String> contents = new TreeMap<>();
        String prefix = "out/rex/";
        storage.bucket("sets")
                .list(prefix)
                .forEach(object -> contents.put(
                        object.key().substring(prefix.length()),
                        new String(storage.bucket("sets").get(object.key()).orElseThrow(), StandardCharsets.UTF_8)));
        return contents;
    }

    private static Frame frame(int timeMicros, String caption) {
        FrameId id = FrameId.of(VIDEO, 0, timeMicros, 0);
        ImageRef image = new ImageRef("k", 640, 480, ImageRef.JPEG, ("pixels of " + id).length(), "0".repeat(64));
        return new Frame(id, VIDEO, 0, timeMicros, image, List.of(new Caption(caption, "names")))
                .with(new Detections("m", List.of(new Detection("dog", 0.9, new Box(0, 0, 400, 300)))));
    }

    private static byte[] pixels(Frame frame) {
        return ("pixels of " + frame.id()).getBytes(StandardCharsets.UTF_8);
    }
}
