package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Caption;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Sharpness;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.recipe.Recipe;
import io.sluice.sheet.ContactSheet;
import io.sluice.sheet.ContactSheet.Cell;
import io.sluice.sheet.ContactSheet.Section;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Lays out what came of a dataset as a contact sheet. Thread-safe. */
public final class DatasetSheet {
    private static final double MICROS = 1e6;

    private final Catalogue catalogue;
    private final DatasetReport report;
    private final FrameStore store;

    public DatasetSheet(Catalogue catalogue, DatasetReport report, FrameStore store) {
        this.catalogue = catalogue;
        this.report = report;
        this.store = store;
    }

    /**
     * Kept frames, those of them from which something was removed, then the others by stage and reason; of each so many as are
     * allowed, evenly spread over the frames in the order of their ids.
     *
     * @param kept frames to show of those kept
     * @param others frames to show of each reason
     * @throws IllegalArgumentException if there is no such dataset
     */
    public ContactSheet of(String dataset, int kept, int others) {
        Recipe recipe = catalogue
                .read(rows -> rows.datasets().recipeOf(dataset))
                .orElseThrow(() -> new IllegalArgumentException("dataset '" + dataset + "' does not exist"));
        Map<FrameId, ImageRef> extracted = new HashMap<>();
        catalogue.read(rows -> rows.frames().of(dataset)).forEach(frame -> extracted.put(frame.id(), frame.image()));
        Map<FrameId, FrameProgress> progress = new HashMap<>();
        catalogue.read(rows -> rows.frames().progress(dataset)).forEach(frame -> progress.put(frame.frame(), frame));
        List<Frame> inDataset = new ArrayList<>();
        Map<StageName, Map<String, List<Frame>>> out = new TreeMap<>();
        List<Frame> frames = new ArrayList<>(report.frames(dataset, recipe, StageName.CAPTION));
        frames.sort(Comparator.comparing(frame -> frame.id().toString()));
        for (Frame frame : frames) {
            FrameProgress state = progress.get(frame.id());
            if (state == null) {
                continue;
            }
            if (state.verdict() == Verdict.KEPT) {
                inDataset.add(frame);
            } else {
                out.computeIfAbsent(state.stage(), stage -> new TreeMap<>())
                        .computeIfAbsent(reason(state), reason -> new ArrayList<>())
                        .add(frame);
            }
        }
        List<Section> sections = new ArrayList<>();
        sections.add(section(
                "Kept: " + count(inDataset.size()),
                "with the captions that go into the dataset",
                inDataset,
                kept,
                frame -> new Cell(
                        frame.id().toString(),
                        picture(frame.image()),
                        Optional.empty(),
                        caption(frame),
                        facts(frame))));
        List<Frame> cleaned = inDataset.stream()
                .filter(frame -> !frame.image().equals(extracted.get(frame.id())))
                .toList();
        if (!cleaned.isEmpty()) {
            sections.add(section(
                    "Cleaned: " + count(cleaned.size()),
                    "before and after",
                    cleaned,
                    others,
                    frame -> new Cell(
                            frame.id().toString(),
                            picture(frame.image()),
                            Optional.ofNullable(extracted.get(frame.id())).map(this::picture),
                            caption(frame),
                            facts(frame))));
        }
        out.forEach((stage, reasons) -> reasons.forEach((reason, rejected) -> sections.add(section(
                "Left out by " + stage.word() + ": " + reason + ", " + count(rejected.size()),
                "",
                rejected,
                others,
                frame -> new Cell(
                        frame.id().toString(),
                        picture(extracted.getOrDefault(frame.id(), frame.image())),
                        Optional.empty(),
                        why(Objects.requireNonNull(progress.get(frame.id())), reason),
                        facts(frame))))));
        return new ContactSheet(
                dataset, inDataset.size() + " of " + count(frames.size()) + " kept", List.copyOf(sections));
    }

    private static Section section(
            String heading, String note, List<Frame> frames, int most, Function<Frame, Cell> cell) {
        List<Cell> cells = new ArrayList<>();
        int shown = Math.min(most, frames.size());
        for (int i = 0; i < shown; i++) {
            cells.add(cell.apply(frames.get((int) ((long) i * frames.size() / shown))));
        }
        return new Section(heading, note, cells, frames.size() - shown);
    }

    private Supplier<Image> picture(ImageRef ref) {
        return () -> ImageCodec.decode(store.get(ref));
    }

    private static String count(int frames) {
        return frames + (frames == 1 ? " frame" : " frames");
    }

    /** Failures have a sentence in place of a word. */
    private static String reason(FrameProgress state) {
        return state.verdict() == Verdict.FAILED ? "failed" : state.reason().orElse("unknown");
    }

    private static String why(FrameProgress state, String reason) {
        if (state.verdict() == Verdict.FAILED) {
            return state.reason().orElse(reason);
        }
        if (state.score().isEmpty() || state.threshold().isEmpty()) {
            return reason;
        }
        return String.format(
                Locale.ROOT,
                "%s: %.3f, threshold %.3f",
                reason,
                state.score().getAsDouble(),
                state.threshold().getAsDouble());
    }

    private static String caption(Frame frame) {
        return frame.annotation(Caption.class).map(Caption::text).orElse("");
    }

    private static String facts(Frame frame) {
        List<String> facts = new ArrayList<>();
        facts.add(String.format(Locale.ROOT, "%.2f s", frame.timeMicros() / MICROS));
        frame.annotation(Sharpness.class)
                .ifPresent(sharpness -> facts.add(String.format(Locale.ROOT, "sharpness %.2f", sharpness.score())));
        frame.annotation(AestheticScore.class)
                .ifPresent(quality -> facts.add(String.format(Locale.ROOT, "quality %.1f", quality.score())));
        return String.join("  ·  ", facts);
    }
}
