package io.sluice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.FrameId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.Mask;
import io.sluice.recipe.Recipe;
import io.sluice.store.FileTree;
import io.sluice.store.FolderFileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Writes a finished dataset into a folder of its own, and reads it back.
 *
 * <p>The folder is the export's own from {@code sluice-export.json} on, which is written first and says at the end that the export
 * is complete. Files of an earlier export of the same dataset in the same layout that no longer belong to it go; files of other
 * names stay.
 */
public final class Export {
    private static final String MARK = "sluice-export.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    /** Names that an export gives, partial files too. */
    private static final Pattern OURS = Pattern.compile(
            "\\.?(?:(?<id>[0-9a-f]{16}_[0-9]+_[pnx][0-9]+_[0-9]+)(?:-masklabel)?\\.(?:jpg|png|txt)|[0-9]{5}\\.tar)"
                    + "(?:\\.partial)?");

    private static final int MOST_UNDERSCORES = 4;
    private static final int MASK_QUALITY = 100;

    private final FileTree from;
    private final Path folder;
    private final FileTree to;
    private final Recipe recipe;
    private final ExportOptions options;

    /**
     * @param from the dataset's own files
     * @param folder for the export alone: not there, empty, or with an earlier export of the same dataset in the same layout
     */
    public Export(FileTree from, Path folder, Recipe recipe, ExportOptions options) {
        this(from, folder, new FolderFileTree(folder), recipe, options);
    }

    /** @param to the files in the folder */
    Export(FileTree from, Path folder, FileTree to, Recipe recipe, ExportOptions options) {
        this.from = from;
        this.folder = folder;
        this.to = to;
        this.recipe = recipe;
        this.options = options;
    }

    /**
     * What an export's folder says of itself.
     *
     * @param complete whether it was written to its end and read back
     */
    public record Mark(String dataset, String layout, boolean complete) {}

    /**
     * What the folder says of itself; empty if it holds no export.
     *
     * @throws ExportException if that is not understood
     */
    public static Optional<Mark> mark(Path folder) throws IOException {
        Optional<byte[]> mark = new FolderFileTree(folder).read(MARK);
        if (mark.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode node = JSON.readTree(mark.get());
            return Optional.of(new Mark(
                    node.path("dataset").asText(),
                    node.path("layout").asText(),
                    node.path("complete").asBoolean()));
        } catch (JsonProcessingException e) {
            throw new ExportException(
                    "'" + MARK + "' in folder '" + folder + "' is not understood: " + e.getOriginalMessage());
        }
    }

    /**
     * @throws ExportException if the dataset is not finished, a file of it cannot be used, or the folder is not for this export
     * @throws IOException if a file cannot be read or written; the export can be repeated
     */
    public ExportResult run() throws IOException {
        List<Example> examples = FinishedDataset.read(from, recipe);
        requireDistinct(examples);
        claim();
        to.put(MARK, mark(false, List.of()));
        Tally tally = new Tally();
        RecordingTree recorded = new RecordingTree(to);
        try (LayoutFiles files = options.layout() == Layout.WEBDATASET
                ? new Shards(recorded, options.shardBytes())
                : new FolderFiles(recorded, options)) {
            for (Example example : examples) {
                put(files, example, tally);
            }
            files.finish();
        }
        sweep(recorded.paths());
        List<ExportResult.Table> tables = tables(tally.sizes);
        List<String> differences = differences(tally.expected);
        if (differences.isEmpty()) {
            to.put(MARK, mark(true, tables));
        }
        return new ExportResult(
                examples.size(),
                tally.bytes,
                tally.masks,
                tally.whole,
                tally.boxed,
                tables,
                tally.warnings,
                differences);
    }

    /** What adds up while examples are written. */
    private static final class Tally {
        private final Map<String, ReadExample> expected = new TreeMap<>();
        private final List<Buckets.Size> sizes = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private long bytes;
        private int masks;
        private int whole;
        private int boxed;
    }

    private void put(LayoutFiles files, Example example, Tally tally) throws IOException {
        byte[] picture = from.read(example.file())
                .orElseThrow(() -> new ExportException("picture '" + example.file()
                        + "' is listed in frames.jsonl and not there; 'curate' with the same recipe writes it again"));
        PictureFile facts;
        try {
            facts = PictureFile.read(picture);
        } catch (IllegalArgumentException e) {
            throw new ExportException("picture '" + example.file() + "' cannot be exported: " + e.getMessage());
        }
        facts.problems(example.extension())
                .forEach(problem -> tally.warnings.add("picture '" + example.file() + "' " + problem));
        Optional<byte[]> mask = mask(example, picture, tally);
        files.put(example, facts, picture, mask);
        tally.sizes.add(facts.size());
        tally.bytes += picture.length;
        tally.expected.put(
                example.id().value(),
                new ReadExample(
                        example.id().value(),
                        options.layout() == Layout.IMAGEFOLDER ? 0 : example.repeats(),
                        example.caption(),
                        Digests.sha256(picture),
                        mask.map(Digests::sha256).orElse(null)));
    }

    /** Grey, 255 where the subject is. Where none is, all of it: with masked loss a picture that is all outside teaches nothing. */
    private Optional<byte[]> mask(Example example, byte[] picture, Tally tally) {
        if (options.masks().isEmpty()) {
            return Optional.empty();
        }
        Image image = ImageCodec.decode(picture);
        SubjectMasks.Drawn drawn = options.masks().get().of(image, example.subjects());
        Mask mask = drawn.mask();
        byte[] grey = new byte[image.bgr().length];
        if (mask.isEmpty()) {
            Arrays.fill(grey, (byte) 255);
            tally.whole++;
        } else {
            for (int i = 0; i < mask.values().length; i++) {
                byte value = (byte) (mask.values()[i] == 0 ? 0 : 255);
                Arrays.fill(grey, 3 * i, 3 * i + 3, value);
            }
        }
        tally.masks++;
        tally.boxed += drawn.boxes();
        Image drawnMask = new Image(image.width(), image.height(), grey);
        boolean likePicture =
                options.layout() == Layout.KOHYA && !example.extension().equals(".png");
        return Optional.of(likePicture ? ImageCodec.jpeg(drawnMask, MASK_QUALITY) : ImageCodec.png(drawnMask));
    }

    private static void requireDistinct(List<Example> examples) {
        Set<FrameId> ids = new HashSet<>();
        for (Example example : examples) {
            String stem = example.id().value();
            if (!ids.add(example.id())) {
                throw new ExportException("frame " + stem + " is twice in frames.jsonl");
            }
            if (stem.chars().filter(c -> c == '_').count() > MOST_UNDERSCORES || stem.indexOf('.') >= 0) {
                throw new ExportException(
                        "stem '" + stem + "': trainers cut stems at dots and at the fifth underscore");
            }
        }
    }

    /** Sees to it that nobody else's files are touched. */
    private void claim() throws IOException {
        Optional<byte[]> mark = to.read(MARK);
        if (mark.isEmpty()) {
            // A kill before the first file was there leaves only what was to become it.
            List<String> there = to.files("").stream()
                    .filter(file -> !file.equals("." + MARK + ".partial"))
                    .toList();
            if (!there.isEmpty()) {
                throw new ExportException("--to: folder '" + folder + "' is not empty and holds no export, but '"
                        + there.get(0) + "'; allowed: a folder for this export alone");
            }
            return;
        }
        JsonNode earlier;
        try {
            earlier = JSON.readTree(mark.get());
        } catch (JsonProcessingException e) {
            throw new ExportException(
                    "--to: '" + MARK + "' in folder '" + folder + "' is not understood: " + e.getOriginalMessage());
        }
        String dataset = earlier.path("dataset").asText();
        String layout = earlier.path("layout").asText();
        if (!dataset.equals(recipe.dataset()) || !layout.equals(options.layout().word())) {
            throw new ExportException("--to: folder '" + folder + "' holds dataset '" + dataset + "' in the layout "
                    + layout + "; allowed: a folder for dataset '" + recipe.dataset() + "' in the layout "
                    + options.layout().word() + " alone");
        }
    }

    /** Removes what an earlier export, or one that was killed, has left and this one has not written. */
    private void sweep(Set<String> written) throws IOException {
        List<String> leaving = new ArrayList<>();
        for (String file : to.files("")) {
            Matcher name = OURS.matcher(file.substring(file.lastIndexOf('/') + 1));
            if (!written.contains(file) && name.matches()) {
                leaving.add(file);
            }
        }
        to.delete(leaving);
        for (String parent : List.of("img", "masks", "")) {
            to.prune(parent, name -> name.matches("[0-9]+_.+|img|masks"));
        }
    }

    private List<ExportResult.Table> tables(List<Buckets.Size> sizes) {
        return options.buckets().stream()
                .map(settings -> {
                    Buckets buckets = new Buckets(settings);
                    return new ExportResult.Table(settings, buckets.sizes().size(), buckets.table(sizes));
                })
                .toList();
    }

    private List<String> differences(Map<String, ReadExample> expected) throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, ReadExample> missing = new HashMap<>(expected);
        List<ReadExample> found;
        try {
            found = TrainersView.of(options.layout(), folder);
        } catch (ExportException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        for (ReadExample example : found) {
            ReadExample wanted = missing.remove(example.stem());
            if (wanted == null) {
                differences.add("'" + example.stem() + "' is read "
                        + (expected.containsKey(example.stem()) ? "twice" : "and is not of this export"));
            } else if (!wanted.equals(example)) {
                differences.add("'" + example.stem() + "' is read as " + example + " and was written as " + wanted);
            }
        }
        missing.keySet().stream().sorted().forEach(stem -> differences.add("'" + stem + "' is not read"));
        return differences;
    }

    private byte[] mark(boolean complete, List<ExportResult.Table> tables) {
        ObjectNode node = JSON.createObjectNode();
        node.put("dataset", recipe.dataset());
        node.put("layout", options.layout().word());
        node.put("masks", options.masks().map(SubjectMasks::source).orElse("none"));
        node.put("complete", complete);
        if (complete) {
            node.set("buckets", JSON.valueToTree(tables));
        }
        try {
            return (PRETTY.writeValueAsString(node) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the mark of an export has no JSON form", e);
        }
    }
}
