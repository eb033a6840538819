package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.Measured;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Annotation;
import io.sluice.frame.Embedding;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.model.ModelFiles;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.embed.Embedders;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import io.sluice.stage.aesthetic.AestheticStage;
import io.sluice.stage.aesthetic.PhotographicQuality;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import io.sluice.taste.Evidence;
import io.sluice.taste.LinearTaste;
import io.sluice.taste.TasteHeads;
import io.sluice.video.ExtractionFingerprint;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new version of a head over frames that were scored before. {@code -Dsluice.rescoring=10000,512} sets frames and numbers. */
class RescoringTest {
    private static final VideoId VIDEO = new VideoId("ab".repeat(32));
    private static final int BATCH = 16;
    private static final String HASH = "0123456789abcdef";

    @TempDir
    Path folder;

    /** Counts the pictures that are read. */
    private static final class Counting implements FrameStore {
        private final FrameStore store;
        final AtomicInteger pictures = new AtomicInteger();

        Counting(FrameStore store) {
            this.store = store;
        }

        @Override
        public ImageRef put(FrameId frame, String rendition, byte[] encoded, String mediaType, int width, int height) {
            return store.put(frame, rendition, encoded, mediaType, width, height);
        }

        @Override
        public byte[] get(ImageRef ref) {
            pictures.incrementAndGet();
            return store.get(ref);
        }

        @Override
        public void putEmbedding(ImageRef picture, Fingerprint model, Embedding embedding) {
            store.putEmbedding(picture, model, embedding);
        }

        @Override
        public Optional<Embedding> embedding(ImageRef picture, Fingerprint model) {
            return store.embedding(picture, model);
        }

        @Override
        public void delete(ImageRef ref) {
            store.delete(ref);
        }
    }

    private static Embedding embedding(Random random, int size) {
        float[] vector = new float[size];
        for (int i = 0; i < size; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return Embedding.of(vector);
    }

    private static long processorNanos() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }

    @Test
    void frames_are_scored_anew_from_their_embeddings_without_a_look_at_a_picture() throws Exception {
        String[] wanted = System.getProperty("sluice.rescoring", "300,6").split(",");
        int count = Integer.parseInt(wanted[0]);
        int size = Integer.parseInt(wanted[1]);
        Path modelFolder = Files.createDirectory(folder.resolve("models"));
        // The encoder does not run here, so a manifest may promise more numbers than its network has.
        Embedders.put(modelFolder, "tiny-clip-image", "size: 6", "size: " + size);
        Random random = new Random(1);
        float[] weights = new float[size];
        for (int i = 0; i < size; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        LinearTaste taste = new LinearTaste(weights, 5);
        Counting store = new Counting(new FolderFrameStore(folder.resolve("frames")));
        FrameImages images = new FrameImages(store, 0);
        Recipe before = RecipeReader.read("", Map.of("dataset", "rex"));
        Recipe after = RecipeReader.read("", Map.of("dataset", "rex", "aesthetic.method", "taste-rex-1"));
        try (Models models = ModelFiles.open(modelFolder);
                Catalogue catalogue = Catalogue.embedded(folder.resolve("catalogue.db"))) {
            FrameEmbeddings embeddings = new FrameEmbeddings(models, store, images);
            AestheticStage stage = new AestheticStage(images, new PhotographicQuality(), models, embeddings);
            Pipeline pipeline = new Pipeline(List.of(stage));
            StageRunner runner =
                    new StageRunner("run", catalogue, pipeline, new StageMetrics(new SimpleMeterRegistry()), List::of);
            Fingerprint embedded = embeddings.fingerprint(before).orElseThrow();
            String rendition = ExtractionFingerprint.rendition(after).value();
            List<Frame> frames = new ArrayList<>();
            Map<FrameId, Measured> measured = new HashMap<>();
            for (int i = 0; i < count; i++) {
                FrameId id = FrameId.of(VIDEO, 0, i, 0);
                // No file of this name is there: whoever looks at the picture fails.
                ImageRef picture =
                        new ImageRef("video/" + rendition + "/" + id + ".jpg", 64, 48, ImageRef.JPEG, 1, "00");
                store.putEmbedding(picture, embedded, embedding(random, size));
                frames.add(new Frame(id, VIDEO, 0, i * 1_000L, picture, List.of()));
                measured.put(
                        id,
                        new Measured(
                                new AestheticScore("photographic-quality", 5, HASH, embedded.value()),
                                Optional.empty()));
            }
            catalogue.update(rows -> {
                rows.datasets().put(after, folder.resolve("datasets"));
                rows.videos().arrive("rex", VIDEO, "video.mp4", folder.resolve("video.mp4"), after.digest());
                rows.frames().extracted("e", rendition, frames);
                rows.frames().enrol("rex", rendition, frames);
                rows.frames()
                        .decided(
                                "rex",
                                frames.stream()
                                        .map(frame -> StageRunner.progress(StageName.DETECT, new Outcome.Kept(frame)))
                                        .toList());
                rows.annotations()
                        .put(StageName.AESTHETIC, pipeline.fingerprint(StageName.AESTHETIC, before), measured);
            });
            new TasteHeads(new ModelFolder(modelFolder, Kinds.ALL), new OnnxRuntime(Device.CPU))
                    .save(
                            "rex",
                            taste,
                            models.manifest(Role.IMAGE_EMBED)
                                    .orElseThrow()
                                    .space()
                                    .orElseThrow(),
                            new Evidence(0, 0, 0, 0, 0, "", 0, null, null, null, null, null, null, null),
                            List.of(embedding(random, size)));

            long start = System.nanoTime();
            long processor = processorNanos();
            List<Outcome> outcomes = new ArrayList<>();
            for (int from = 0; from < count; from += BATCH) {
                outcomes.addAll(runner.run(
                        StageName.AESTHETIC,
                        "rex",
                        after.digest(),
                        after,
                        frames.subList(from, Math.min(count, from + BATCH))));
            }
            System.out.printf(
                    "rescoring: %d frames of %d numbers in %.2f s, %.2f s of processor time%n",
                    count, size, (System.nanoTime() - start) / 1e9, (processorNanos() - processor) / 1e9);

            assertThat(store.pictures).as("pictures read").hasValue(0);
            assertThat(outcomes).hasSize(count).allMatch(Outcome.Kept.class::isInstance);
            for (Outcome outcome : outcomes) {
                Frame frame = outcome.frame();
                Embedding embedding = store.embedding(frame.image(), embedded).orElseThrow();
                double cut = Math.min(10, Math.max(0, taste.score(embedding)));
                AestheticScore score = frame.annotation(AestheticScore.class).orElseThrow();
                assertThat(score.score()).isBetween(Annotation.round(cut) - 2e-4, Annotation.round(cut) + 2e-4);
                assertThat(score).isEqualTo(new AestheticScore("taste-rex-1", score.score(), HASH, embedded.value()));
            }
            Map<FrameId, Measured> recorded = catalogue.read(rows -> rows.annotations()
                    .of("rex", StageName.AESTHETIC, pipeline.fingerprint(StageName.AESTHETIC, after)));
            assertThat(recorded).hasSize(count);
        }
    }
}
