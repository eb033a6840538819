package io.sluice.curation;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.captions.CaptionException;
import io.sluice.captions.CaptionFile;
import io.sluice.captions.CaptionRules;
import io.sluice.captions.CaptionStatistics;
import io.sluice.captions.Line;
import io.sluice.captions.Replacement;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.Measured;
import io.sluice.export.Example;
import io.sluice.export.FinishedDataset;
import io.sluice.frame.Caption;
import io.sluice.frame.FrameId;
import io.sluice.model.Model;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.route.AdjustDataset;
import io.sluice.route.AdvanceDatasets;
import io.sluice.route.Pipeline;
import io.sluice.stage.StageName;
import io.sluice.store.FileTree;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * The captions of a finished dataset. They stand in its folder: a caption there that the dataset's writer has not written is a
 * person's, and the writer keeps it whatever the recipe becomes. While captions are changed here, no dataset of this process is
 * selected or finished.
 *
 * <p>Every method throws {@link AbsentException} if there is no such dataset, {@link ConflictException} if it is not finished, and
 * {@link io.sluice.export.ExportException} if a file of it cannot be used.
 */
@Singleton
public final class DatasetCaptions {
    private static final double TOKENS_PER_WORD = 1.4;
    private static final double NEAR = 0.8;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final KnownDatasets known;
    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final Pipeline pipeline;
    private final Models models;
    private final AdvanceDatasets datasets;

    DatasetCaptions(
            KnownDatasets known,
            Catalogue catalogue,
            ObjectStorage storage,
            Pipeline pipeline,
            Models models,
            AdvanceDatasets datasets) {
        this.known = known;
        this.catalogue = catalogue;
        this.storage = storage;
        this.pipeline = pipeline;
        this.models = models;
        this.datasets = datasets;
    }

    private record Opened(Recipe recipe, FileTree files, List<Line> lines) {
        Map<FrameId, Line> byFrame() {
            return lines.stream().collect(Collectors.toMap(Line::frame, line -> line));
        }

        /** How many were not so before. */
        int put(Map<FrameId, String> captions) throws IOException {
            int changed = 0;
            Map<FrameId, Line> byFrame = byFrame();
            for (Map.Entry<FrameId, String> entry : captions.entrySet()) {
                Line line = byFrame.get(entry.getKey());
                if (line != null && !line.caption().equals(entry.getValue())) {
                    String place = line.file().substring(0, line.file().lastIndexOf('.')) + ".txt";
                    files.put(place, entry.getValue().getBytes(StandardCharsets.UTF_8));
                    changed++;
                }
            }
            return changed;
        }
    }

    /** @param changed of them, how many were not so before */
    public record Taken(int captions, int changed) {}

    /** What a replacement makes of a caption. */
    public record Change(FrameId frame, String before, String after) {}

    /**
     * @param captions of the dataset
     * @param changes by frame
     */
    public record Replaced(int captions, List<Change> changes) {}

    /**
     * @param maxTokens that the recipe allows
     * @param counter id of the model that has counted tokens; empty where {@code tokensPerWord} stands for it
     * @param near the least Jaccard index of near-identical captions
     */
    public record Statistics(
            CaptionStatistics found, int maxTokens, Optional<String> counter, double tokensPerWord, double near) {}

    /** All captions, by frame. */
    public List<Line> lines(String dataset) throws IOException {
        return open(dataset).lines();
    }

    /** @throws AbsentException if the frame is not in the finished dataset */
    public Line line(String dataset, FrameId frame) throws IOException {
        return line(open(dataset, frame::equals), frame);
    }

    private static Line line(Opened opened, FrameId frame) {
        return Optional.ofNullable(opened.byFrame().get(frame))
                .orElseThrow(() -> new AbsentException("frame '" + frame + "' is not among the pictures of dataset '"
                        + opened.recipe().dataset() + "', so it has no caption"));
    }

    /**
     * Gives a picture a person's caption.
     *
     * @return as it is then
     * @throws AbsentException if the frame is not in the finished dataset
     * @throws CaptionException if a trainer would not take it; nothing is changed then
     */
    public Line put(String dataset, FrameId frame, String caption) throws IOException {
        return changing(dataset, frame::equals, opened -> {
            Line before = line(opened, frame);
            String wanted = caption.strip();
            rules(opened.recipe()).wrong(wanted).ifPresent(fault -> {
                throw new CaptionException("frame '" + frame + "'", List.of(fault));
            });
            opened.put(Map.of(frame, wanted));
            return new Line(frame, before.file(), wanted, before.machine());
        });
    }

    /**
     * Takes captions from a file.
     *
     * @param name of the file, which tells CSV from JSON lines; for messages too
     * @throws CaptionException if a line is wrong; nothing is changed then
     */
    public Taken take(String dataset, String name, String text) throws IOException {
        return changing(dataset, frame -> true, opened -> {
            Map<FrameId, Line> byFrame = opened.byFrame();
            Map<FrameId, String> captions = CaptionFile.read(name, text, byFrame::containsKey, rules(opened.recipe()));
            return new Taken(captions.size(), opened.put(captions));
        });
    }

    /**
     * @param dryRun whether nothing is changed
     * @throws CaptionException if a caption would not be allowed any more; nothing is changed then
     */
    public Replaced replace(String dataset, Replacement replacement, boolean dryRun) throws IOException {
        return changing(dataset, frame -> true, opened -> {
            Map<FrameId, Line> byFrame = opened.byFrame();
            Map<FrameId, String> changed = replacement.apply(opened.lines(), rules(opened.recipe()));
            List<Change> changes = new ArrayList<>();
            changed.forEach((frame, after) -> {
                Line before = byFrame.get(frame);
                changes.add(new Change(frame, before == null ? "" : before.caption(), after));
            });
            if (!dryRun) {
                opened.put(changed);
            }
            return new Replaced(byFrame.size(), changes);
        });
    }

    public Statistics statistics(String dataset) throws IOException {
        Opened opened = open(dataset);
        Recipe.Caption wanted = opened.recipe().caption();
        return new Statistics(
                CaptionStatistics.of(opened.lines(), tokens(), wanted.forbidden(), NEAR),
                wanted.maxTokens(),
                models.manifest(Role.TOKEN_COUNT).map(manifest -> manifest.id()),
                TOKENS_PER_WORD,
                NEAR);
    }

    /** Captions that a person has changed, an object a line: {@code frame}, {@code image}, {@code machine}, {@code human}. */
    public static String pairs(List<Line> lines) {
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            if (line.isEdited()) {
                ObjectNode node = JSON.createObjectNode();
                node.put("frame", line.frame().value());
                node.put("image", line.file());
                node.put("machine", line.machine());
                node.put("human", line.caption());
                text.append(node).append('\n');
            }
        }
        return text.toString();
    }

    /** What may throw because a file cannot be read or written. */
    private interface Work<R> {
        R on(Opened opened) throws IOException;
    }

    private <R> R changing(String dataset, Predicate<FrameId> wanted, Work<R> work) throws IOException {
        try {
            return datasets.undisturbed(() -> {
                try {
                    return work.on(open(dataset, wanted));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            throw cause == null ? new IOException(e) : cause;
        }
    }

    private Opened open(String dataset) throws IOException {
        return open(dataset, frame -> true);
    }

    /** @param wanted frames; those of others are not read */
    private Opened open(String dataset, Predicate<FrameId> wanted) throws IOException {
        Place place = known.finished(dataset);
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        FileTree files = FileTree.of(place, storage);
        Map<FrameId, Measured> machine = catalogue.read(rows ->
                rows.annotations().of(dataset, StageName.CAPTION, pipeline.fingerprint(StageName.CAPTION, recipe)));
        List<Line> lines = new ArrayList<>();
        for (Example example : FinishedDataset.read(files, recipe, wanted)) {
            Measured measured = machine.get(example.id());
            lines.add(new Line(
                    example.id(),
                    example.file(),
                    example.caption(),
                    measured != null && measured.annotation() instanceof Caption caption ? caption.text() : null));
        }
        return new Opened(recipe, files, lines);
    }

    private ToDoubleFunction<String> tokens() {
        Optional<Model<String, Integer>> counter = models.model(Role.TOKEN_COUNT);
        if (counter.isPresent()) {
            return text -> counter.get().infer(List.of(text)).get(0);
        }
        return text -> text.isBlank() ? 0 : text.strip().split("\\s+").length * TOKENS_PER_WORD;
    }

    private CaptionRules rules(Recipe recipe) {
        return new CaptionRules(tokens(), recipe.caption().maxTokens());
    }
}
