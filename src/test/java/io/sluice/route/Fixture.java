package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.video.ExtractionFingerprint;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A catalogue with a dataset, a video in it, and extracted frames that wait for the first filter. */
final class Fixture implements AutoCloseable {
    static final VideoId VIDEO = new VideoId("ab".repeat(32));

    /** Of a video of which nothing is known. */
    static final String PLAN = "{\"segments\": [], \"warnings\": []}";

    final Catalogue catalogue;
    final Recipe recipe;

    Fixture(Path folder, String dataset) {
        catalogue = Catalogue.embedded(folder.resolve("catalogue.db"));
        recipe = RecipeReader.read("", Map.of("dataset", dataset));
        catalogue.update(rows -> {
            rows.datasets().put(recipe, folder.resolve("datasets"));
            rows.videos().arrive(dataset, VIDEO, "video.mp4", folder.resolve("video.mp4"), recipe.digest());
        });
    }

    /** Frames in {@code segments} segments of {@code each} frames; the plan says so too. */
    List<Frame> extract(int segments, int each) {
        String extraction = ExtractionFingerprint.of(recipe).value();
        String rendition = ExtractionFingerprint.rendition(recipe).value();
        List<Frame> frames = IntStream.range(0, segments * each)
                .mapToObj(i -> new Frame(
                        FrameId.of(VIDEO, 0, i, 0),
                        VIDEO,
                        i / each,
                        i * 1_000L,
                        new ImageRef("key/" + i, 64, 48, ImageRef.JPEG, 1, "00"),
                        List.of()))
                .toList();
        catalogue.update(rows -> {
            rows.videos().plan(recipe.dataset(), VIDEO, extraction, PLAN, segments);
            rows.frames().extracted(extraction, rendition, frames);
            rows.frames().enrol(recipe.dataset(), rendition, frames);
            for (int segment = 0; segment < segments; segment++) {
                rows.segments().done(VIDEO, extraction, segment, each, List.of());
            }
        });
        return frames;
    }

    FrameMessage message(Frame frame) {
        return FrameMessage.of(recipe.dataset(), recipe.digest(), frame);
    }

    List<FrameProgress> progress() {
        return catalogue.read(rows -> rows.frames().progress(recipe.dataset()));
    }

    @Override
    public void close() {
        catalogue.close();
    }
}
