package io.sluice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.Mask;
import io.sluice.store.FileTree;
import io.sluice.store.FolderFileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Writes finished datasets into a folder of their own, and reads it back.
 *
 * <p>The folder is the export's own from {@code sluice-export.json} on, which is written first and says at the end that the export
 * is complete. Files of an earlier export of the same datasets in the same layout that no longer belong to it go; files of other
 * names stay.
 */
public final class Export {
    private static final String MARK = "sluice-export.json";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final ObjectWriter PRETTY = JSON.writer(new DefaultPrettyPrinter()
            .withObjectIndenter(new DefaultIndenter("  ", "\n"))
            .withArrayIndenter(new DefaultIndenter("  ", "\n")));

    /** How the names of files end that are being written, with the writer's name, or without as earlier versions had it. */
    private static final String PARTIAL = "(?:\\.[0-9a-f]+)?\\.partial";

    /** Names that an export gives, partial files too. */
    private static final Pattern OURS = Pattern.compile(
            "\\.?(?:(?<id>[0-9a-f]{16}_[0-9]+_[pnx][0-9]+_[0-9]+)(?:-masklabel)?\\.(?:jpg|png|txt)|[0-9]{5}\\.tar)(?:"
                    + PARTIAL + ")?"
                    + "|\\.(?:metadata\\.jsonl|data\\.jsonl|dataset\\.toml|sluice-export\\.json)" + PARTIAL);

    /** What was to become the mark. */
    private static final Pattern UNMARKED = Pattern.compile("\\." + Pattern.quote(MARK) + PARTIAL);

    /** Where pictures without the target lie. */
    private static final String CONTEXT = "context";

    private static final int MOST_UNDERSCORES = 4;
    private static final int MASK_QUALITY = 100;

    private final List<ExportSource> sources;
    private final Path folder;
    private final FileTree to;
    private final ExportOptions options;

    /**
     * @param sources one at least, of different names; with masks all of them or none
     * @param folder for the export alone: not there, empty, or with an earlier export of the same datasets in the same layout
     */
    public Export(List<ExportSource> sources, Path folder, ExportOptions options) {
        this(sources, folder, new FolderFileTree(folder), options);
    }

    /** @param to the files in the folder */
    Export(List<ExportSource> sources, Path folder, FileTree to, ExportOptions options) {
        this.sources = List.copyOf(sources);
        this.folder = folder;
        this.to = to;
        this.options = options;
    }

    /**
     * What an export's folder says of itself.
     *
     * @param dataset its name; several are joined by {@code +}
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
     * @throws ExportException if a dataset is not finished, a file of it cannot be used, two datasets have the same frame where the
     *     layout has room for one, or the folder is not for this export
     * @throws IOException if a file cannot be read or written; the export can be repeated
     */
    public ExportResult run() throws IOException {
        List<Member> members = new ArrayList<>();
        for (ExportSource source : sources) {
            FinishedDataset.read(source.files(), source.recipe())
                    .forEach(example -> members.add(new Member(source, example)));
        }
        requireDistinct(members);
        List<ExportResult.Concept> concepts = concepts(members);
        claim();
        to.put(MARK, mark(false, List.of()));
        Tally tally = new Tally();
        RecordingTree recorded = new RecordingTree(to);
        try (LayoutFiles files = options.layout() == Layout.WEBDATASET
                ? new Shards(recorded, options.shardBytes())
                : new FolderFiles(recorded, options, masked())) {
            for (Member member : members) {
                put(files, member.source(), repeated(member.example(), concepts), tally);
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
                members.size(),
                tally.bytes,
                concepts,
                tally.masks,
                tally.whole,
                tally.boxed,
                tables,
                tally.warnings,
                differences);
    }

    private record Member(ExportSource source, Example example) {}

    private boolean masked() {
        return sources.stream().anyMatch(source -> source.masks().isPresent());
    }

    private String datasets() {
        return sources.stream().map(ExportSource::dataset).collect(Collectors.joining("+"));
    }

    /** By name. Context is shown as it was: there is no telling how much of it somebody wants. */
    private List<ExportResult.Concept> concepts(List<Member> members) {
        Map<String, Integer> pictures = new TreeMap<>();
        Map<String, Integer> repeats = new HashMap<>();
        for (Member member : members) {
            Example example = member.example();
            pictures.merge(example.concept(), 1, Integer::sum);
            repeats.merge(example.concept(), example.repeats(), Math::max);
        }
        int most = pictures.entrySet().stream()
                .filter(concept -> !concept.getKey().equals(CONTEXT))
                .mapToInt(concept -> concept.getValue() * repeats.getOrDefault(concept.getKey(), 1))
                .max()
                .orElse(0);
        return pictures.entrySet().stream()
                .map(concept -> {
                    int count = concept.getValue();
                    boolean moved = options.balanced() && !concept.getKey().equals(CONTEXT);
                    return new ExportResult.Concept(
                            concept.getKey(),
                            count,
                            moved
                                    ? Math.max(1, Math.round((float) most / count))
                                    : repeats.getOrDefault(concept.getKey(), 1));
                })
                .toList();
    }

    private Example repeated(Example example, List<ExportResult.Concept> concepts) {
        if (!options.balanced()) {
            return example;
        }
        return concepts.stream()
                .filter(concept -> concept.name().equals(example.concept()))
                .findFirst()
                .map(concept -> example.shown(concept.repeats()))
                .orElse(example);
    }

    /** What adds up while examples are written. */
    private static final class Tally {
        private final Map<String, List<ReadExample>> expected = new TreeMap<>();
        private final List<Buckets.Size> sizes = new ArrayList<>();
        private final List<String> warnings = new ArrayList<>();
        private long bytes;
        private int masks;
        private int whole;
        private int boxed;
    }

    private void put(LayoutFiles files, ExportSource source, Example example, Tally tally) throws IOException {
        byte[] picture = source.files()
                .read(example.file())
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
        Optional<byte[]> mask = mask(source, example, picture, tally);
        files.put(example, facts, picture, mask);
        tally.sizes.add(facts.size());
        tally.bytes += picture.length;
        tally.expected
                .computeIfAbsent(example.id().value(), stem -> new ArrayList<>())
                .add(new ReadExample(
                        example.id().value(),
                        options.layout() == Layout.IMAGEFOLDER ? 0 : example.repeats(),
                        example.caption(),
                        Digests.sha256(picture),
                        mask.map(Digests::sha256).orElse(null)));
    }

    /** Grey, 255 where the subject is. Where none is, all of it: with masked loss a picture that is all outside teaches nothing. */
    private Optional<byte[]> mask(ExportSource source, Example example, byte[] picture, Tally tally) {
        if (source.masks().isEmpty()) {
            return Optional.empty();
        }
        Image image = ImageCodec.decode(picture);
        SubjectMasks.Drawn drawn = source.masks().get().of(image, example.subjects());
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

    private void requireDistinct(List<Member> members) {
        boolean byFolder = options.layout() == Layout.KOHYA || options.layout() == Layout.ONETRAINER;
        Map<String, String> datasets = new HashMap<>();
        for (Member member : members) {
            String stem = member.example().id().value();
            String place = byFolder ? member.example().concept() + "/" + stem : stem;
            String other = datasets.put(place, member.source().dataset());
            if (other != null) {
                throw new ExportException(
                        other.equals(member.source().dataset())
                                ? "frame " + stem + " is twice in frames.jsonl"
                                : "frame " + stem + " is in the datasets '" + other + "' and '"
                                        + member.source().dataset() + "'"
                                        + (byFolder ? ", with the same concept" : "") + "; allowed: "
                                        + (byFolder ? "concepts that differ" : "the layouts kohya and onetrainer")
                                        + ", or datasets without a frame in common");
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
                    .filter(file -> !UNMARKED.matcher(file).matches())
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
        if (!dataset.equals(datasets()) || !layout.equals(options.layout().word())) {
            throw new ExportException("--to: folder '" + folder + "' holds dataset '" + dataset + "' in the layout "
                    + layout + "; allowed: a folder for dataset '" + datasets() + "' in the layout "
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

    private List<String> differences(Map<String, List<ReadExample>> expected) throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, List<ReadExample>> missing = new HashMap<>();
        expected.forEach((stem, examples) -> missing.put(stem, new ArrayList<>(examples)));
        List<ReadExample> unmatched = new ArrayList<>();
        List<ReadExample> found;
        try {
            found = TrainersView.of(options.layout(), folder);
        } catch (ExportException e) {
            return List.of(String.valueOf(e.getMessage()));
        }
        for (ReadExample example : found) {
            if (!missing.getOrDefault(example.stem(), List.of()).remove(example)) {
                unmatched.add(example);
            }
        }
        for (ReadExample example : unmatched) {
            List<ReadExample> wanted = missing.getOrDefault(example.stem(), List.of());
            if (wanted.isEmpty()) {
                differences.add("'" + example.stem() + "' is read "
                        + (expected.containsKey(example.stem()) ? "twice" : "and is not of this export"));
            } else {
                differences.add(
                        "'" + example.stem() + "' is read as " + example + " and was written as " + wanted.remove(0));
            }
        }
        missing.entrySet().stream()
                .filter(left -> !left.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .sorted()
                .forEach(stem -> differences.add("'" + stem + "' is not read"));
        return differences;
    }

    private byte[] mark(boolean complete, List<ExportResult.Table> tables) {
        ObjectNode node = JSON.createObjectNode();
        node.put("dataset", datasets());
        node.put("layout", options.layout().word());
        node.put(
                "masks",
                masked()
                        ? sources.stream()
                                .flatMap(source -> source.masks().stream())
                                .map(SubjectMasks::source)
                                .distinct()
                                .collect(Collectors.joining(", "))
                        : "none");
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
