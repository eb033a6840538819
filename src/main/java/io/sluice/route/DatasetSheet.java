package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.FrameProgress;
import io.sluice.catalogue.Verdict;
import io.sluice.dataset.Report;
import io.sluice.frame.AestheticScore;
import io.sluice.frame.Caption;
import io.sluice.frame.Detection;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.Sharpness;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.recipe.Recipe;
import io.sluice.sheet.ContactSheet;
import io.sluice.sheet.ContactSheet.Cell;
import io.sluice.sheet.ContactSheet.Layout;
import io.sluice.sheet.ContactSheet.Section;
import io.sluice.sheet.ContactSheet.Step;
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
import java.util.stream.Collectors;

/** Lays out what came of a dataset as a contact sheet. Thread-safe. */
public final class DatasetSheet {
    private static final double MICROS = 1e6;

    /** What the words of rejections mean. */
    private static final Map<String, String> EXPLANATIONS = Map.ofEntries(
            Map.entry("blurred", "too blurred for any use: sharpness"),
            Map.entry("blank", "next to nothing to be seen: deviation of brightness"),
            Map.entry("no-target", "the target was not found: the detector's confidence"),
            Map.entry("small-target", "the target is too small: its share of the picture"),
            Map.entry("unaesthetic", "quality"),
            Map.entry("removal-too-large", "too much would have to be filled in: share of the picture"),
            Map.entry("vetoed", "a person does not want them"),
            Map.entry("too-small", "shorter side in pixels"),
            Map.entry("too-narrow", "longer side as a multiple of the shorter one"),
            Map.entry("blurred-for-video", "blurred, compared with the rest of the video: sharpness"),
            Map.entry("less-sharp", "others of the video are sharper: sharpness"),
            Map.entry("less-aesthetic", "others are better: quality"),
            Map.entry("near-duplicate", "nearly the same as a better frame: likeness"),
            Map.entry("same-content", "shows the same as a better frame: likeness of the embeddings"),
            Map.entry("over-video-cap", "more frames of the video than asked for: rank"),
            Map.entry("over-goal", "more frames than asked for: rank"),
            Map.entry("over-context-share", "more frames without the target than asked for: rank"));

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
     * allowed, evenly spread over the frames in the order of their ids, and of those cleaned the ones from which most was removed.
     *
     * @param kept frames to show of those kept
     * @param cleaned frames to show before and after
     * @param others frames to show of each reason
     * @throws IllegalArgumentException if there is no such dataset
     */
    public ContactSheet of(String dataset, int kept, int cleaned, int others) {
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
                Layout.LARGE,
                inDataset,
                kept,
                frame -> new Cell(
                        frame.id().toString(),
                        picture(frame.image()),
                        Optional.empty(),
                        caption(frame),
                        facts(frame))));
        List<Frame> changed = inDataset.stream()
                .filter(frame -> !frame.image().equals(extracted.get(frame.id())))
                .toList();
        if (!changed.isEmpty()) {
            // Sorting is stable: frames of equal shares stay in the order of their ids.
            List<Frame> most = changed.stream()
                    .sorted(Comparator.comparingDouble((Frame frame) -> -share(frame)))
                    .limit(cleaned)
                    .sorted(Comparator.comparing(frame -> frame.id().toString()))
                    .toList();
            Section shown = section(
                    "Cleaned: " + count(changed.size()),
                    "before and after",
                    Layout.PAIRS,
                    most,
                    cleaned,
                    frame -> new Cell(
                            frame.id().toString(),
                            picture(frame.image()),
                            Optional.ofNullable(extracted.get(frame.id())).map(this::picture),
                            removed(frame),
                            time(frame)));
            sections.add(new Section(
                    shown.heading(), shown.note(), shown.layout(), shown.cells(), changed.size() - most.size()));
        }
        out.forEach((stage, reasons) -> reasons.forEach((reason, rejected) -> sections.add(section(
                "Left out by " + stage.word() + ": " + reason + ", " + count(rejected.size()),
                EXPLANATIONS.getOrDefault(reason, ""),
                Layout.SMALL,
                rejected,
                others,
                frame -> leftOut(
                        frame,
                        extracted.getOrDefault(frame.id(), frame.image()),
                        why(Objects.requireNonNull(progress.get(frame.id()))))))));
        Report told = report.of(dataset);
        return new ContactSheet(
                dataset,
                inDataset.size() + " of " + count(frames.size()) + " kept, from " + videos(told),
                told.stages().stream()
                        .map(stage -> new Step(stage.stage(), stage.kept(), stage.rejected() + stage.failed()))
                        .toList(),
                List.copyOf(sections),
                "Models: "
                        + told.models().stream()
                                .map(model -> model.role() + " " + model.id())
                                .collect(Collectors.joining(", ")));
    }

    private static Section section(
            String heading, String note, Layout layout, List<Frame> frames, int most, Function<Frame, Cell> cell) {
        List<Cell> cells = new ArrayList<>();
        int shown = Math.min(most, frames.size());
        for (int i = 0; i < shown; i++) {
            cells.add(cell.apply(frames.get((int) ((long) i * frames.size() / shown))));
        }
        return new Section(heading, note, layout, cells, frames.size() - shown);
    }

    /** The picture of a frame that is out may have been deleted. */
    private Cell leftOut(Frame frame, ImageRef image, String why) {
        boolean there = store.has(image);
        return new Cell(
                frame.id().toString(),
                there ? picture(image) : () -> new Image(16, 9, new byte[3 * 16 * 9]),
                Optional.empty(),
                there ? why : why + "; its picture is not in the store any more",
                facts(frame));
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

    private static String why(FrameProgress state) {
        if (state.verdict() == Verdict.FAILED) {
            return reason(state) + ": " + state.reason().orElse("");
        }
        if (state.score().isEmpty() || state.threshold().isEmpty()) {
            return reason(state);
        }
        double score = state.score().getAsDouble();
        double threshold = state.threshold().getAsDouble();
        return String.format(
                Locale.ROOT,
                score < threshold ? "%.2f, at least %.2f is asked" : "%.2f, less than %.2f is asked",
                score,
                threshold);
    }

    private static String videos(Report told) {
        return told.videos().size() + (told.videos().size() == 1 ? " video" : " videos");
    }

    private static double share(Frame frame) {
        return frame.annotation(Removal.class).map(Removal::areaShare).orElse(0.0);
    }

    private static String removed(Frame frame) {
        return frame.annotation(Removal.class)
                .map(removal -> {
                    List<String> what = new ArrayList<>();
                    if (!removal.textRegions().isEmpty()) {
                        int lines = removal.textRegions().size();
                        what.add(lines + (lines == 1 ? " line of text" : " lines of text"));
                    }
                    removal.objects().stream().map(Detection::label).sorted().forEach(what::add);
                    return "removed: " + String.join(", ", what)
                            + String.format(
                                    Locale.ROOT,
                                    "; %.1f %% of the picture filled by %s",
                                    100 * removal.areaShare(),
                                    removal.method());
                })
                .orElse("");
    }

    private static String caption(Frame frame) {
        return frame.annotation(Caption.class).map(Caption::text).orElse("");
    }

    private static String time(Frame frame) {
        return String.format(Locale.ROOT, "%.2f s", frame.timeMicros() / MICROS);
    }

    private static String facts(Frame frame) {
        List<String> facts = new ArrayList<>();
        facts.add(time(frame));
        frame.annotation(Sharpness.class)
                .ifPresent(sharpness -> facts.add(String.format(Locale.ROOT, "sharpness %.2f", sharpness.score())));
        frame.annotation(AestheticScore.class)
                .ifPresent(quality -> facts.add(String.format(Locale.ROOT, "quality %.1f", quality.score())));
        return String.join("  ·  ", facts);
    }
}
