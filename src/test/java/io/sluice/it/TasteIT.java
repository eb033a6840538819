package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Embedding;
import io.sluice.model.embed.Embedders;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From ratings to another choice of frames. */
final class TasteIT {
    @TempDir
    private Path folder;

    private Sluice.Ended sluice(String... arguments) {
        return Sluice.in(folder).run(arguments);
    }

    private List<String> chosen(String method) {
        sluice(
                        "curate",
                        "rex.mp4",
                        "--dataset=rex",
                        "--set=extract.mode=rate",
                        "--set=select.similarity=1",
                        "--set=select.cosine=1",
                        "--set=aesthetic.keepBest=0.25",
                        "--set=aesthetic.method=" + method)
                .hasExitCode(0);
        return Folder.files(folder.resolve("datasets/rex"), ".jpg").stream()
                .map(file -> file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.')))
                .toList();
    }

    private Map<String, Embedding> embeddings() throws IOException {
        Map<String, Embedding> embeddings = new TreeMap<>();
        for (String file : Folder.files(folder.resolve("work/frames"), ".f32")) {
            embeddings.put(
                    file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.')),
                    Embedding.ofBytes(
                            Files.readAllBytes(folder.resolve("work/frames").resolve(file))));
        }
        return embeddings;
    }

    /** Rates by one number of the embeddings, from 1 at one end to 10 at the other. */
    private void rate(Map<String, Embedding> embeddings, int number, boolean upwards) throws IOException {
        double least = embeddings.values().stream()
                .mapToDouble(e -> e.value(number))
                .min()
                .orElseThrow();
        double most = embeddings.values().stream()
                .mapToDouble(e -> e.value(number))
                .max()
                .orElseThrow();
        List<String> lines = new ArrayList<>(List.of("frame,rating"));
        embeddings.forEach((frame, embedding) -> {
            double share = (embedding.value(number) - least) / (most - least);
            lines.add(String.format(Locale.ROOT, "%s.jpg,%.3f", frame, 1 + 9 * (upwards ? share : 1 - share)));
        });
        Files.write(folder.resolve("ratings.csv"), lines);
        sluice("taste", "rate", "rex", "ratings.csv")
                .hasExitCode(0)
                .says("taken: " + embeddings.size() + " ratings", "has " + embeddings.size() + " ratings");
    }

    private static int widest(Map<String, Embedding> embeddings) {
        int widest = 0;
        double spread = -1;
        for (int i = 0; i < embeddings.values().iterator().next().size(); i++) {
            int number = i;
            double own = embeddings.values().stream()
                            .mapToDouble(e -> e.value(number))
                            .max()
                            .orElseThrow()
                    - embeddings.values().stream()
                            .mapToDouble(e -> e.value(number))
                            .min()
                            .orElseThrow();
            if (own > spread) {
                spread = own;
                widest = i;
            }
        }
        return widest;
    }

    private static double mean(List<String> frames, Map<String, Embedding> embeddings, int number) {
        return frames.stream()
                .mapToDouble(
                        frame -> Objects.requireNonNull(embeddings.get(frame)).value(number))
                .average()
                .orElseThrow();
    }

    @Test
    void what_is_rated_and_trained_chooses_the_frames() throws IOException {
        PatternVideo.write(folder.resolve("rex.mp4"), 16, 1);
        Embedders.put(folder.resolve("models"), "tiny-clip-image");
        List<String> before = chosen("auto");
        Map<String, Embedding> embeddings = embeddings();
        assertThat(embeddings).hasSizeGreaterThanOrEqualTo(20);
        int liked = widest(embeddings);

        Files.writeString(
                folder.resolve("bad.csv"), "frame,rating\n" + before.get(0) + ",5\n" + before.get(1) + ",11\n");
        sluice("taste", "rate", "rex", "bad.csv")
                .hasExitCode(2)
                .says("bad.csv, line 3: rating '11.0' is not allowed; allowed: a number from 1 to 10");
        Files.writeString(folder.resolve("few.csv"), "frame,rating\n" + before.get(0) + ",5\n");
        sluice("taste", "rate", "rex", "few.csv").hasExitCode(0).says("has 1 ratings and 0 preferences now");
        sluice("taste", "train", "rex").hasExitCode(1).says("too few ratings yet", "19 more", "Nothing was written");
        sluice("taste", "list").hasExitCode(0).says("No taste yet");

        rate(embeddings, liked, true);
        Sluice.Ended trained = sluice("taste", "train", "rex")
                .hasExitCode(0)
                .says("Written: taste-rex-1", "rank correlation: ", "photographic-quality");
        System.out.println(trained.output());
        List<String> upwards = chosen("taste-rex");
        List<String> best = embeddings.keySet().stream()
                .sorted(Comparator.comparing(
                        frame -> -Objects.requireNonNull(embeddings.get(frame)).value(liked)))
                .limit(embeddings.size() / 2)
                .toList();
        assertThat(upwards).isNotEmpty().isNotEqualTo(before);
        assertThat(mean(upwards, embeddings, liked)).isGreaterThan(mean(before, embeddings, liked));
        assertThat(best).as("of the liked half").containsAll(upwards);

        rate(embeddings, liked, false);
        sluice("taste", "train", "rex")
                .hasExitCode(0)
                .says("Written: taste-rex-2", "taste-rex-1: ", "may have been trained on these very opinions");
        List<String> downwards = chosen("taste-rex");

        assertThat(mean(downwards, embeddings, liked)).isLessThan(mean(upwards, embeddings, liked));
        assertThat(Folder.json(folder.resolve("datasets/rex/report.json"))
                        .path("models")
                        .findValuesAsText("id"))
                .contains("taste-rex-2");
        assertThat(chosen("taste-rex-1"))
                .as("an earlier version, by its number")
                .isEqualTo(upwards);
        System.out.println(sluice("taste", "list")
                .hasExitCode(0)
                .says("taste-rex-1", "taste-rex-2", "tiny (6 numbers)")
                .output());
    }
}
