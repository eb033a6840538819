package io.sluice.command;

import io.sluice.captions.CaptionFile;
import io.sluice.captions.CaptionStatistics;
import io.sluice.captions.Line;
import io.sluice.captions.Replacement;
import io.sluice.curation.DatasetCaptions;
import io.sluice.frame.FrameId;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Works on the captions of a finished dataset, and tells what came of it. */
@ApplicationScoped
public class CaptionsRun {
    private static final int SHOWN = 20;

    private final DatasetCaptions captions;
    private final PrintStream out = System.out;

    CaptionsRun(DatasetCaptions captions) {
        this.captions = captions;
    }

    /** @return the exit code */
    int export(String dataset, Path to) throws IOException {
        List<Line> lines = captions.lines(dataset);
        write(to, CaptionFile.write(to.getFileName().toString(), lines));
        out.println("Written: " + lines.size() + " captions, "
                + lines.stream().filter(Line::isEdited).count() + " of them a person's, to " + to);
        return ExitCode.COMPLETED;
    }

    /** @return the exit code */
    int take(String dataset, String name, String text) throws IOException {
        DatasetCaptions.Taken taken = captions.take(dataset, name, text);
        out.println("Taken: " + taken.captions() + " captions, " + taken.changed() + " of them changed");
        return ExitCode.COMPLETED;
    }

    /** @return the exit code */
    int replace(String dataset, Replacement replacement, boolean dryRun) throws IOException {
        DatasetCaptions.Replaced replaced = captions.replace(dataset, replacement, dryRun);
        List<DatasetCaptions.Change> changes = replaced.changes();
        changes.stream()
                .limit(SHOWN)
                .forEach(change -> out.println(change.frame() + ": " + change.before() + "\n    -> " + change.after()));
        if (changes.size() > SHOWN) {
            out.println("and " + (changes.size() - SHOWN) + " more");
        }
        out.println(
                dryRun
                        ? changes.size() + " of " + replaced.captions() + " captions would change; nothing was changed"
                        : "Changed: " + changes.size() + " of " + replaced.captions() + " captions");
        return ExitCode.COMPLETED;
    }

    /** @return the exit code */
    int pairs(String dataset, Path to) throws IOException {
        List<Line> lines = captions.lines(dataset);
        write(to, DatasetCaptions.pairs(lines));
        long pairs = lines.stream().filter(Line::isEdited).count();
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
        DatasetCaptions.Statistics statistics = captions.statistics(dataset);
        CaptionStatistics found = statistics.found();
        out.println(String.format(
                Locale.ROOT,
                "%d captions, %d of them a person's; tokens: %.1f in the mean, %.0f at most, %d allowed (%s)",
                found.captions(),
                found.edited(),
                found.meanTokens(),
                Math.ceil(found.mostTokens()),
                statistics.maxTokens(),
                statistics
                        .counter()
                        .map(id -> "counted by " + id)
                        .orElse(statistics.tokensPerWord() + " a word, as no model counts them")));
        print("Words", found.words());
        print("Between commas", found.tags());
        print("The same caption", found.identical());
        out.println("Near-identical, by common words of all words, " + statistics.near() + " or more: "
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
