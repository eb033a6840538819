package io.sluice.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.frame.Caption;
import io.sluice.frame.Fingerprint;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.InfrastructureException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one dataset in the layout of kohya's trainer:
 *
 * <pre>
 * img/10_rex dog/&lt;frame id&gt;.jpg    the stored bytes, or .png where pixels were changed
 * img/10_rex dog/&lt;frame id&gt;.txt    the caption, UTF-8, without a line break: some trainers take the whole file as caption
 * img/1_context/...                pictures without the target, shown once
 * frames.jsonl                     a line per frame in id order
 * report.json                      written last
 * </pre>
 *
 * Files are written under a hidden name beside their place and renamed. A picture's caption is written before it, so that there
 * is never a picture without caption.
 *
 * <p>A caption that a person edited is kept, also when the recipe's captions change, when the frame moves to another folder, and
 * when it leaves the dataset (it may come back). Edited means: it differs from everything that was written here. What was
 * written is remembered in {@code frames.jsonl}, and between a write and the next {@link #finish} in the file
 * {@code .captions}, which is written first.
 */
public final class DatasetFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetFolder.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PARTIAL = ".partial";
    private static final Pattern OURS = Pattern.compile(
            "(?<hidden>\\.?)(?<id>[0-9a-f]{16}_[^.]+)\\.(?<extension>jpg|png|txt)(?<partial>(\\.partial)?)");

    private static final Pattern KOHYA = Pattern.compile("[0-9]+_.+");

    private final Path folder;
    private final Recipe recipe;
    private final String concept;
    private final Path journal;
    /** Marks of the captions that were written here, by frame. */
    private final Map<FrameId, Set<String>> written = new HashMap<>();
    /** The mark that goes into the next {@code frames.jsonl}. */
    private final Map<FrameId, String> lastWritten = new HashMap<>();
    /** Captions that lay here when this writer began, by frame: one of them may be a person's. */
    private final Map<FrameId, List<Path>> found = new HashMap<>();

    /**
     * @param out folder of all datasets; the dataset's own is {@code out/<name>} and is made with the first write
     * @throws InfrastructureException if what lies there cannot be read
     */
    public DatasetFolder(Path out, Recipe recipe) {
        this.folder = out.toAbsolutePath().normalize().resolve(recipe.dataset());
        this.recipe = recipe;
        this.concept = Concept.of(recipe);
        this.journal = folder.resolve(".captions");
        try {
            remember();
            for (Path file : frameFiles()) {
                Matcher name = OURS.matcher(file.getFileName().toString());
                if (name.matches()
                        && name.group("extension").equals("txt")
                        && name.group("partial").isEmpty()) {
                    found.computeIfAbsent(new FrameId(name.group("id")), id -> new ArrayList<>())
                            .add(file);
                }
            }
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    /** The dataset's folder. */
    public Path folder() {
        return folder;
    }

    /**
     * Puts a picture and its caption into the dataset. May be repeated.
     *
     * @param frame with its caption
     * @param encoded the stored bytes of {@code frame.image()}
     * @throws IllegalArgumentException if the frame has no caption or the bytes are not its image's
     * @throws InfrastructureException if the folder cannot be written
     */
    public synchronized void write(Frame frame, byte[] encoded) {
        if (encoded.length != frame.image().bytes()) {
            throw new IllegalArgumentException("frame " + frame.id() + ": " + encoded.length
                    + " bytes are given, its image has " + frame.image().bytes());
        }
        Path picture = picture(frame);
        Path text = caption(picture);
        try {
            Files.createDirectories(picture.getParent());
            putCaption(frame, text);
            put(picture, encoded);
        } catch (IOException e) {
            throw failure("write '" + picture.getFileName() + "' in", e);
        }
    }

    /**
     * Makes the dataset consist of these frames: writes {@code frames.jsonl}, removes pictures and captions of other frames and
     * the folders that got empty, and writes {@code report.json}. Files whose name is no frame id are not touched.
     *
     * @param framesInIdOrder every frame of the dataset; each was written, now or by an earlier run
     * @throws IllegalArgumentException if the frames are not in ascending order of their ids
     * @throws IllegalStateException if a frame's picture is not there
     * @throws InfrastructureException if the folder cannot be written
     */
    public void finish(Iterable<Frame> framesInIdOrder, Report report) {
        finish(framesInIdOrder, report, Set.of());
    }

    /**
     * As {@link #finish(Iterable, Report)}.
     *
     * @param pinned frames that a person wants, whatever the rules say; told in {@code frames.jsonl}
     */
    public synchronized void finish(Iterable<Frame> framesInIdOrder, Report report, Set<FrameId> pinned) {
        try {
            Files.createDirectories(folder);
            Set<Path> members = new HashSet<>();
            Set<FrameId> ids = new HashSet<>();
            Path lines = folder.resolve("frames.jsonl");
            Path partial = partial(lines);
            try (BufferedWriter writer = Files.newBufferedWriter(partial)) {
                @Nullable FrameId last = null;
                for (Frame frame : framesInIdOrder) {
                    if (last != null && last.compareTo(frame.id()) >= 0) {
                        throw new IllegalArgumentException(
                                "frame " + frame.id() + " after " + last + ": ascending ids are required");
                    }
                    last = frame.id();
                    Path picture = picture(frame);
                    Path text = caption(picture);
                    if (!Files.exists(picture)) {
                        throw new IllegalStateException("frame " + frame.id() + " was not written to '" + folder + "'");
                    }
                    // A person may have deleted or emptied it since; a trainer stops at that.
                    putCaption(frame, text);
                    members.add(picture);
                    members.add(text);
                    ids.add(frame.id());
                    FrameLine line = FrameLine.of(
                            frame,
                            folder.relativize(picture).toString().replace('\\', '/'),
                            firstLine(read(text)),
                            lastWritten.get(frame.id()),
                            pinned.contains(frame.id()));
                    writer.write(JSON.writeValueAsString(line));
                    writer.write('\n');
                }
            }
            // Old files go before the new list counts: after a kill in between, the old list still tells whose captions
            // they are.
            sweep(members, ids);
            move(partial, lines);
            put(folder.resolve("report.json"), report.toJson().getBytes(StandardCharsets.UTF_8));
            Files.deleteIfExists(journal);
        } catch (IOException e) {
            throw failure("write", e);
        }
    }

    /** Tells captions apart; blanks and line breaks at the ends, which editors add, do not count. */
    static String mark(String caption) {
        return Fingerprint.of("caption", caption.strip()).value();
    }

    private void putCaption(Frame frame, Path place) throws IOException {
        String caption = frame.annotation(Caption.class)
                .map(Caption::text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "frame " + frame.id() + " has no caption: the dataset needs one for each picture"));
        Optional<String> edited = edited(frame.id(), place);
        if (edited.isEmpty()) {
            record(frame.id(), mark(caption));
        }
        put(place, edited.orElse(caption).getBytes(StandardCharsets.UTF_8));
    }

    private Path picture(Frame frame) {
        String name = Target.isContext(recipe.detect(), frame)
                ? "1_context"
                : recipe.export().repeats() + "_" + concept;
        return folder.resolve("img")
                .resolve(name)
                .resolve(frame.id() + frame.image().extension());
    }

    private static Path caption(Path picture) {
        String name = picture.getFileName().toString();
        return picture.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".txt");
    }

    /** A person's caption of this frame, at its place or else where it lay when this writer began. */
    private Optional<String> edited(FrameId frame, Path place) throws IOException {
        List<Path> candidates = new ArrayList<>();
        candidates.add(place);
        candidates.addAll(found.getOrDefault(frame, List.of()));
        for (Path candidate : candidates) {
            if (Files.exists(candidate) && isEdited(frame, candidate)) {
                return Optional.of(read(candidate));
            }
        }
        return Optional.empty();
    }

    private boolean isEdited(FrameId frame, Path caption) throws IOException {
        String text = read(caption);
        // A trainer stops at an empty caption, so emptying one is no edit.
        return !firstLine(text).isBlank()
                && !written.getOrDefault(frame, Set.of()).contains(mark(text));
    }

    private void sweep(Set<Path> members, Set<FrameId> ids) throws IOException {
        for (Path file : frameFiles()) {
            Matcher name = OURS.matcher(file.getFileName().toString());
            if (!name.matches() || members.contains(file)) {
                continue;
            }
            FrameId id = new FrameId(name.group("id"));
            boolean keep = name.group("extension").equals("txt")
                    && name.group("partial").isEmpty()
                    && !ids.contains(id)
                    && isEdited(id, file);
            if (!keep) {
                Files.delete(file);
            }
        }
        Path pictures = folder.resolve("img");
        for (Path child : children(pictures)) {
            if (KOHYA.matcher(child.getFileName().toString()).matches()) {
                deleteIfEmpty(child);
            }
        }
        deleteIfEmpty(pictures);
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder) && children(folder).isEmpty()) {
            Files.delete(folder);
        }
    }

    /** Files two levels down whose names are those of frames, partial ones too. */
    private List<Path> frameFiles() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path child : children(folder.resolve("img"))) {
            for (Path file : children(child)) {
                Matcher name = OURS.matcher(file.getFileName().toString());
                if (name.matches()
                        && isFrameId(name.group("id"))
                        && name.group("hidden").isEmpty()
                                == name.group("partial").isEmpty()) {
                    files.add(file);
                }
            }
        }
        return files;
    }

    private static boolean isFrameId(String text) {
        try {
            return new FrameId(text).value().equals(text);
        } catch (IllegalArgumentException notOurs) {
            return false;
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(children::add);
            }
        }
        children.sort(null);
        return children;
    }

    private void remember() throws IOException {
        for (String line : linesOf(folder.resolve("frames.jsonl"))) {
            try {
                JsonNode node = JSON.readTree(line);
                JsonNode mark = node.path("captionWritten");
                if (mark.isTextual()) {
                    remember(new FrameId(node.path("id").asText()), mark.asText());
                }
            } catch (JsonProcessingException | IllegalArgumentException e) {
                // Then nobody knows who wrote that caption, and it is kept as if a person had.
                LOG.warn("dataset '{}': frames.jsonl has a line that is not understood: {}", folder, e.getMessage());
            }
        }
        for (String line : linesOf(journal)) {
            String[] words = line.split(" ", -1);
            // A line may be cut off by a kill; its caption was not written yet.
            if (words.length == 2 && isFrameId(words[0]) && words[1].length() == 16) {
                remember(new FrameId(words[0]), words[1]);
            }
        }
    }

    private static List<String> linesOf(Path file) throws IOException {
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private void remember(FrameId frame, String mark) {
        written.computeIfAbsent(frame, id -> new HashSet<>()).add(mark);
        lastWritten.put(frame, mark);
    }

    private void record(FrameId frame, String mark) throws IOException {
        if (!mark.equals(lastWritten.get(frame))) {
            Files.writeString(
                    journal, "\n" + frame + " " + mark + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            remember(frame, mark);
        }
    }

    private static String read(Path caption) throws IOException {
        return new String(Files.readAllBytes(caption), StandardCharsets.UTF_8);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    /** Writes unless these bytes are there already. */
    private static void put(Path target, byte[] bytes) throws IOException {
        try {
            if (Files.size(target) == bytes.length && Arrays.equals(Files.readAllBytes(target), bytes)) {
                return;
            }
        } catch (NoSuchFileException isNew) {
            LOG.trace("{} is new", target);
        }
        Path partial = partial(target);
        Files.write(partial, bytes);
        move(partial, target);
    }

    private static Path partial(Path target) {
        return target.resolveSibling("." + target.getFileName() + PARTIAL);
    }

    private static void move(Path partial, Path target) throws IOException {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private InfrastructureException failure(String verb, IOException e) {
        return new InfrastructureException("dataset: cannot " + verb + " '" + folder + "': " + e.getMessage(), e);
    }
}
