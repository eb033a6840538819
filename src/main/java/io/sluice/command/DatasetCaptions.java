package io.sluice.command;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.captions.CaptionFile;
import io.sluice.captions.CaptionRules;
import io.sluice.captions.CaptionStatistics;
import io.sluice.captions.Line;
import io.sluice.captions.Replacement;
import io.sluice.catalogue.Catalogue;
import io.sluice.export.Example;
import io.sluice.export.FinishedDataset;
import io.sluice.frame.Caption;
import io.sluice.frame.FrameId;
import io.sluice.model.Model;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.recipe.Recipe;
import io.sluice.route.AdjustDataset;
import io.sluice.route.DatasetReport;
import io.sluice.stage.StageName;
import io.sluice.store.FileTree;
import io.sluice.store.ObjectStorage;
import io.sluice.store.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Works on the captions of a finished dataset. They stand in its folder: a caption there that the dataset's writer has not written is
 * a person's, and the writer keeps it whatever the recipe becomes.
 */
@ApplicationScoped
public class DatasetCaptions {
    private static final double TOKENS_PER_WORD = 1.4;
    private static final int SHOWN = 20;
    private static final double NEAR = 0.8;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Catalogue catalogue;
    private final ObjectStorage storage;
    private final DatasetReport report;
    private final Models models;
    private final PrintStream out = System.out;

    DatasetCaptions(Catalogue catalogue, ObjectStorage storage, DatasetReport report, Models models) {
        this.catalogue = catalogue;
        this.storage = storage;
        this.report = report;
        this.models = models;
    }

    private record Opened(Recipe recipe, FileTree files, List<Line> lines) {
        Map<FrameId, Line> byFrame() {
            return lines.stream().collect(Collectors.toMap(Line::frame, line -> line));
        }
    }

    private Opened open(String dataset) throws IOException {
        Place place = catalogue
                .read(rows -> rows.datasets().place(dataset))
                .orElseThrow(() -> new UsageException("dataset '" + dataset + "' is not in this work folder"));
        if (catalogue.read(rows -> rows.datasets().outdated()).contains(dataset)) {
            throw new UsageException("dataset '" + dataset + "' is not finished; run curate, or continue " + dataset);
        }
        Recipe recipe = AdjustDataset.current(catalogue, dataset);
        FileTree files = FileTree.of(place.resolve(dataset), storage);
        Map<FrameId, String> machine = report.frames(dataset, recipe, StageName.CAPTION).stream()
                .filter(frame -> frame.annotation(Caption.class).isPresent())
                .collect(Collectors.toMap(
                        frame -> frame.id(),
                        frame -> frame.annotation(Caption.class).orElseThrow().text()));
        List<Example> examples = FinishedDataset.read(files, recipe);
        return new Opened(
                recipe,
                files,
                examples.stream()
                        .map(example ->
                                new Line(example.id(), example.file(), example.caption(), machine.get(example.id())))
                        .toList());
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

    /** @return the exit code */
    int export(String dataset, Path to) throws IOException {
        List<Line> lines = open(dataset).lines();
        write(to, CaptionFile.write(to.getFileName().toString(), lines));
        out.println("Written: " + lines.size() + " captions, "
                + lines.stream().filter(Line::isEdited).count() + " of them a person's, to " + to);
        return ExitCode.COMPLETED;
    }

    /** @return the exit code */
    int take(String dataset, String name, String text) throws IOException {
        Opened opened = open(dataset);
        Map<FrameId, Line> known = opened.byFrame();
        Map<FrameId, String> captions = CaptionFile.read(name, text, known::containsKey, rules(opened.recipe()));
        int changed = put(opened, captions);
        out.println("Taken: " + captions.size() + " captions, " + changed + " of them changed");
        return ExitCode.COMPLETED;
    }

    /** @return the exit code */
    int replace(String dataset, Replacement replacement, boolean dryRun) throws IOException {
        Opened opened = open(dataset);
        Map<FrameId, Line> known = opened.byFrame();
        Map<FrameId, String> changed = replacement.apply(opened.lines(), rules(opened.recipe()));
        changed.entrySet().stream().limit(SHOWN).forEach(entry -> {
            Line before = known.get(entry.getKey());
            out.println(
                    entry.getKey() + ": " + (before == null ? "" : before.caption()) + "\n    -> " + entry.getValue());
        });
        if (changed.size() > SHOWN) {
            out.println("and " + (changed.size() - SHOWN) + " more");
        }
        if (dryRun) {
            out.println(changed.size() + " of " + known.size() + " captions would change; nothing was changed");
        } else {
            put(opened, changed);
            out.println("Changed: " + changed.size() + " of " + known.size() + " captions");
        }
        return ExitCode.COMPLETED;
    }

    /** How many were not so before. */
    private static int put(Opened opened, Map<FrameId, String> captions) throws IOException {
        int changed = 0;
        Map<FrameId, Line> known = opened.byFrame();
        for (Map.Entry<FrameId, String> entry : captions.entrySet()) {
            Line line = known.get(entry.getKey());
            if (line != null && !line.caption().equals(entry.getValue())) {
                String place = line.file().substring(0, line.file().lastIndexOf('.')) + ".txt";
                opened.files().put(place, entry.getValue().getBytes(StandardCharsets.UTF_8));
                changed++;
            }
        }
        return changed;
    }

    /** @return the exit code */
    int pairs(String dataset, Path to) throws IOException {
        List<Line> lines = open(dataset).lines();
        StringBuilder text = new StringBuilder();
        int pairs = 0;
        for (Line line : lines) {
            if (line.isEdited()) {
                ObjectNode node = JSON.createObjectNode();
                node.put("frame", line.frame().value());
                node.put("image", line.file());
                node.put("machine", line.machine());
                node.put("human", line.caption());
                text.append(node).append('\n');
                pairs++;
            }
        }
        write(to, text.toString());
        out.println(
                "Written: " + pairs + (pairs == 1 ? " pair" : " pairs") + " of " + lines.size() + " captions to " + to);
        return ExitCode.COMPLETED;
    }

    private static void write(Path to, String text) throws IOException {
        Path file = to.toAbsolutePath().normalize();
        Path folder = file.getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        Path partial = file.resolveSibling("." + file.getFileName() + ".partial");
        Files.writeString(partial, text);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** @return the exit code */
    int stats(String dataset) throws IOException {
        Opened opened = open(dataset);
        CaptionStatistics found = CaptionStatistics.of(
                opened.lines(), tokens(), opened.recipe().caption().forbidden(), NEAR);
        out.println(String.format(
                Locale.ROOT,
                "%d captions, %d of them a person's; tokens: %.1f in the mean, %.0f at most, %d allowed (%s)",
                found.captions(),
                found.edited(),
                found.meanTokens(),
                Math.ceil(found.mostTokens()),
                opened.recipe().caption().maxTokens(),
                models.manifest(Role.TOKEN_COUNT)
                        .map(manifest -> "counted by " + manifest.id())
                        .orElse(TOKENS_PER_WORD + " a word, as no model counts them")));
        print("Words", found.words());
        print("Between commas", found.tags());
        print("The same caption", found.identical());
        out.println("Near-identical, by common words of all words, " + NEAR + " or more: "
                + found.near().size());
        found.near().stream()
                .limit(SHOWN)
                .forEach(pair -> out.println(String.format(
                        Locale.ROOT,
                        "  %.2f  %s: %s%n        %s: %s",
                        pair.jaccard(),
                        pair.one(),
                        pair.caption(),
                        pair.other(),
                        pair.otherCaption())));
        found.forbidden()
                .forEach((word, frames) -> out.println("Forbidden: '" + word + "' in " + frames.size() + ": "
                        + frames.stream().limit(SHOWN).map(FrameId::value).collect(Collectors.joining(", "))));
        return ExitCode.COMPLETED;
    }

    private void print(String heading, List<CaptionStatistics.Count> counts) {
        out.println(heading + ": " + counts.size());
        counts.stream()
                .limit(SHOWN)
                .forEach(count -> out.println(String.format(Locale.ROOT, "  %5d  %s", count.captions(), count.text())));
    }
}
