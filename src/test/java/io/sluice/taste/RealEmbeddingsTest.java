package io.sluice.taste;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Assets;
import io.sluice.frame.Embedding;
import io.sluice.frame.NumpyVector;
import io.sluice.image.AssetImages;
import io.sluice.image.Degraded;
import io.sluice.image.Image;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.ShippedModels;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Simulated raters of embeddings of real photos, which lie close together, as random directions do not. */
class RealEmbeddingsTest {
    @TempDir
    private Path folder;

    /** Embeddings by CLIP ViT-B/32 of ten photos that LAION's head gives all scores from poor to good. */
    private static List<Embedding> photos() throws IOException {
        List<Embedding> photos = new ArrayList<>();
        for (int rating = 0; rating < 10; rating++) {
            photos.add(
                    NumpyVector.read(Assets.path("refs/laion-aesthetic/vit_b_32_embeddings/rating" + rating + ".npy")));
        }
        return photos;
    }

    /** Somewhere between two photos. */
    private static Embedding between(Embedding first, Embedding second, double share) {
        float[] mixed = new float[first.size()];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = (float) ((1 - share) * first.value(i) + share * second.value(i));
        }
        return Embedding.of(mixed);
    }

    @Test
    void a_rater_who_judges_as_laions_head_does_is_learnt_from_what_lies_between_photos() throws IOException {
        List<Embedding> photos = photos();
        Random random = new Random(8);
        ModelFiles.put(folder, "laion-v1-b-32", "aesthetic/laion_aesthetic_v1_vit_b_32_linear.onnx");
        try (Models models = ModelFiles.open(folder)) {
            Model<Embedding, Double> head = models.model(Role.AESTHETIC).orElseThrow();
            List<SeenFrame> frames = new ArrayList<>();
            List<Rating> ratings = new ArrayList<>();
            Raters raters = new Raters(photos.get(0).size(), 1, 9);
            for (int video = 0; video < 6; video++) {
                for (int i = 0; i < 20; i++) {
                    Embedding shown = between(
                            photos.get(random.nextInt(10)), photos.get(random.nextInt(10)), random.nextDouble());
                    SeenFrame frame = Raters.frame(video, i, shown);
                    frames.add(frame);
                    ratings.add(raters.rating(
                            frame, "me", head.infer(List.of(shown)).get(0), 1));
                }
            }

            Lesson lesson = TasteTraining.train(frames, new Opinions(ratings, List.of()), 1);

            assertThat(lesson).isInstanceOf(Lesson.Learnt.class);
            Interval spearman = Objects.requireNonNull(lesson.evidence().spearman());
            System.out.printf(Locale.ROOT, "as LAION's head, noise of a point: left out, Spearman %s%n", spearman);
            // A rater whose scores spread by 2 points and who errs by one agrees with the truth by 0.9.
            assertThat(spearman.low()).isGreaterThan(0.8);
            LinearTaste taste = ((Lesson.Learnt) lesson).taste();
            List<Integer> order = IntStream.range(0, 10)
                    .boxed()
                    .sorted(Comparator.comparingDouble(photo -> taste.score(photos.get(photo))))
                    .toList();
            // Of ten photos next to each other in LAION's order, none is more than one place off.
            for (int place = 0; place < 10; place++) {
                assertThat(Math.abs(order.get(place) - place))
                        .as("photo %d in %s", place, order)
                        .isLessThanOrEqualTo(1);
            }
        }
    }

    @Test
    void a_rater_who_dislikes_blur_is_learnt_over_photos_that_were_left_out() {
        double[] sigmas = {0, 0.7, 1.2, 2, 3.5};
        Random random = new Random(3);
        Raters raters = new Raters(1, 1, 4);
        List<SeenFrame> frames = new ArrayList<>();
        List<Rating> ratings = new ArrayList<>();
        try (Models models = new Models(
                new ModelFolder(folder, Kinds.ALL, Optional.of(ShippedModels.folder())), new OnnxRuntime(Device.CPU))) {
            Model<Image, Embedding> encoder =
                    models.model(Role.IMAGE_EMBED, ShippedModels.STARTER).orElseThrow();
            for (int photo = 0; photo < AssetImages.KODAK.size(); photo++) {
                Image sharp = AssetImages.read(AssetImages.KODAK.get(photo));
                for (int step = 0; step < sigmas.length; step++) {
                    Image shown = sigmas[step] == 0 ? sharp : Degraded.blurred(sharp, sigmas[step]);
                    SeenFrame frame = Raters.frame(
                            photo, step, encoder.infer(List.of(shown)).get(0));
                    frames.add(frame);
                    ratings.add(raters.rating(frame, "me", 9 - 1.8 * step + 0.5 * random.nextGaussian(), 0));
                }
            }
        }

        Lesson lesson = TasteTraining.train(frames, new Opinions(ratings, List.of()), 1);

        System.out.printf(
                Locale.ROOT,
                "ladders of blur, by the starter encoder: left-out photos, Spearman %s%n",
                lesson.evidence().spearman());
        assertThat(lesson).isInstanceOf(Lesson.Learnt.class);
        assertThat(lesson.evidence().folds()).isEqualTo("videos");
        assertThat(Objects.requireNonNull(lesson.evidence().spearman()).low()).isGreaterThan(0.3);
    }
}
