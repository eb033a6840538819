package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.Measured;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Embedding;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.ModelManifest;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.stage.FrameEmbeddings;
import io.sluice.stage.StageName;
import io.sluice.taste.Lesson;
import io.sluice.taste.OpinionFile;
import io.sluice.taste.Opinions;
import io.sluice.taste.Rating;
import io.sluice.taste.SeenFrame;
import io.sluice.taste.TasteHeads;
import io.sluice.taste.TasteTraining;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people said of a dataset's frames, and the taste that is trained on it and on the embeddings that are kept. Thread-safe. */
public final class DatasetTaste {
    /** Of the bootstrap; any number will do, and the same one gives the same bounds again. */
    private static final long SEED = 1;

    /** Embeddings that a written head is tried with. */
    private static final int PROBES = 256;

    private final Catalogue catalogue;
    private final Pipeline pipeline;
    private final FrameEmbeddings embeddings;
    private final TasteHeads heads;

    public DatasetTaste(Catalogue catalogue, Pipeline pipeline, FrameEmbeddings embeddings, TasteHeads heads) {
        this.catalogue = catalogue;
        this.pipeline = pipeline;
        this.embeddings = embeddings;
        this.heads = heads;
    }

    /**
     * What came of training.
     *
     * @param saved id of the version that was written; empty where no taste was found
     * @param without frames with opinions that have no embedding, because they did not come so far
     * @param scorer what scores the dataset now
     */
    public record Trained(Lesson lesson, Optional<String> saved, int without, String scorer) {}

    /**
     * Takes a file of opinions on the dataset's frames.
     *
     * @param rater of lines that name none
     * @return what was taken
     * @throws io.sluice.taste.OpinionException if a line is wrong; nothing is taken then
     */
    public Opinions rate(String dataset, String fileName, String text, String rater) {
        Set<FrameId> known = catalogue.read(rows -> rows.frames().of(dataset)).stream()
                .map(Frame::id)
                .collect(Collectors.toSet());
        Opinions opinions = OpinionFile.read(fileName, text, rater, known::contains);
        catalogue.update(rows -> rows.ratings().put(dataset, opinions));
        return opinions;
    }

    /**
     * Trains on all opinions on the dataset's frames, and writes the taste as the next version of its name where one was found.
     *
     * @param name of the taste, as {@link TasteHeads#name} allows
     * @throws ModelException if the dataset's recipe has no model that embeds pictures
     * @throws IllegalArgumentException if there is no such dataset
     */
    public Trained train(String dataset, String name) {
        Recipe recipe = catalogue
                .read(rows -> rows.datasets().recipeOf(dataset))
                .orElseThrow(
                        () -> new IllegalArgumentException("dataset '" + dataset + "' is not in this work folder"));
        EmbeddingSpace space = embeddings
                .encoder(recipe)
                .flatMap(ModelManifest::space)
                .orElseThrow(() -> new ModelException("a taste is trained on embeddings, and the recipe of dataset '"
                        + dataset + "' has no model that makes them: embed.image is '"
                        + recipe.embed().image() + "'; get one with: models pull image-embed, and curate again"));
        Opinions opinions = catalogue.read(rows -> rows.ratings().of(dataset));
        Set<FrameId> concerned = Stream.concat(
                        opinions.ratings().stream().map(Rating::frame),
                        opinions.preferences().stream()
                                .flatMap(preference -> Stream.of(preference.better(), preference.worse())))
                .collect(Collectors.toSet());
        Map<FrameId, Measured> scored = catalogue.read(rows ->
                rows.annotations().of(dataset, StageName.AESTHETIC, pipeline.fingerprint(StageName.AESTHETIC, recipe)));
        List<SeenFrame> seen = new ArrayList<>();
        String scorer = "";
        for (Frame frame : catalogue.read(rows -> rows.frames().of(dataset))) {
            Optional<Embedding> embedding =
                    concerned.contains(frame.id()) ? embeddings.kept(recipe, frame.image()) : Optional.empty();
            if (embedding.isEmpty()) {
                continue;
            }
            OptionalDouble current = OptionalDouble.empty();
            Measured measured = scored.get(frame.id());
            if (measured != null && measured.annotation() instanceof AestheticScore score) {
                current = OptionalDouble.of(score.score());
                scorer = score.scorer();
            }
            seen.add(new SeenFrame(frame.id(), frame.video().sha256(), frame.timeMicros(), embedding.get(), current));
        }
        Lesson lesson = TasteTraining.train(seen, opinions, SEED);
        Optional<String> saved = Optional.empty();
        if (lesson instanceof Lesson.Learnt learnt) {
            List<Embedding> probes =
                    seen.stream().limit(PROBES).map(SeenFrame::embedding).toList();
            saved = Optional.of(heads.save(name, learnt.taste(), space, learnt.evidence(), probes));
        }
        return new Trained(lesson, saved, concerned.size() - seen.size(), scorer);
    }
}
