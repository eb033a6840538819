package io.sluice.command;

import io.sluice.catalogue.Catalogue;
import io.sluice.curation.KnownDatasets;
import io.sluice.route.DatasetTaste;
import io.sluice.taste.Evidence;
import io.sluice.taste.Interval;
import io.sluice.taste.Lesson;
import io.sluice.taste.Opinions;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes opinions, trains on them, and tells what came of it. */
@ApplicationScoped
public class TasteRun {
    private final Catalogue catalogue;
    private final KnownDatasets known;
    private final DatasetTaste taste;
    private final PrintStream out = System.out;

    TasteRun(Catalogue catalogue, KnownDatasets known, DatasetTaste taste) {
        this.catalogue = catalogue;
        this.known = known;
        this.taste = taste;
    }

    /** @return the exit code */
    int rate(String dataset, Path file, String text, String rater) {
        known.out(dataset);
        Opinions taken = taste.rate(dataset, file.toString(), text, rater);
        Opinions all = catalogue.read(rows -> rows.ratings().of(dataset));
        out.println("taken: " + counts(taken) + "; dataset " + dataset + " has " + counts(all) + " now");
        return ExitCode.COMPLETED;
    }

    private static String counts(Opinions opinions) {
        return opinions.ratings().size() + " ratings and "
                + opinions.preferences().size() + " preferences";
    }

    /** @return the exit code */
    int train(String dataset, String name) {
        known.out(dataset);
        DatasetTaste.Trained trained = taste.train(dataset, name);
        Evidence evidence = trained.lesson().evidence();
        out.println(evidence.ratings() + " ratings of " + evidence.ratedFrames() + " frames and "
                + evidence.preferences()
                + " preferences, by " + evidence.raters() + (evidence.raters() == 1 ? " rater, " : " raters, ") + "in "
                + evidence.videos() + (evidence.videos() == 1 ? " video" : " videos"));
        if (trained.without() > 0) {
            out.println(
                    trained.without() + " frames with opinions have no embedding and do not count: they were left out"
                            + " before the stage that makes them");
        }
        if (!evidence.folds().isEmpty()) {
            out.println("foretold, with " + (evidence.folds().equals("videos") ? "videos" : "stretches of the videos")
                    + " left out in turn (95 % interval):");
            line("rank correlation", evidence.spearman());
            if (evidence.kendall() != null) {
                out.println(String.format(Locale.ROOT, "  Kendall's tau: %.2f", evidence.kendall()));
            }
            line("preferences right", evidence.right());
            compare("rank correlation", trained.scorer(), evidence.currentSpearman(), evidence.gain());
            compare("preferences right", trained.scorer(), evidence.currentRight(), evidence.rightGain());
        }
        if (trained.lesson() instanceof Lesson.TooFew tooFew) {
            out.println(tooFew.reason());
            out.println("Nothing was written.");
            return ExitCode.SOME_FAILED;
        }
        String id = trained.saved().orElseThrow();
        out.println("Written: " + id + ". Use it with: --set aesthetic.method=" + id.substring(0, id.lastIndexOf('-'))
                + " (the newest version), or with " + id);
        return ExitCode.COMPLETED;
    }

    private void line(String what, @Nullable Interval interval) {
        Optional.ofNullable(interval).ifPresent(known -> out.println("  " + what + ": " + known));
    }

    private void compare(String what, String scorer, @Nullable Double now, @Nullable Interval gain) {
        if (now != null && gain != null) {
            String verdict = gain.low() > 0
                    ? "the taste is better"
                    : gain.high() < 0 ? scorer + " is better" : "which is better cannot be told yet";
            out.println(String.format(
                    Locale.ROOT, "  %s of what scores now, %s: %.2f; gain: %s: %s", what, scorer, now, gain, verdict));
            if (scorer.startsWith("taste-")) {
                out.println("  (" + scorer + " may have been trained on these very opinions, which flatters it)");
            }
        }
    }
}
