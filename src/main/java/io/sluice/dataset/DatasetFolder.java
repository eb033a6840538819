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
import io.sluice.store.FileTree;
import io.sluice.store.FolderFileTree;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one dataset, on a disk or in a bucket, in the layout of kohya's trainer:
 *
 * <pre>
 * img/10_rex dog/&lt;frame id&gt;.jpg    the stored bytes, or .png where pixels were changed
 * img/10_rex dog/&lt;frame id&gt;.txt    the caption, UTF-8, without a line break: some trainers take the whole file as caption
 * img/1_context/...                pictures without the target, shown once
 * frames.jsonl                     a line per frame in id order
 * report.json                      written last
 * </pre>
 *
 * Every file is there as a whole or not at all. A picture's caption is written before it, so that there
 * is never a picture without caption.
 *
 * <p>A caption that a person edited is kept, also when the recipe's captions change, when the frame moves to another folder, and
 * when it leaves the dataset (it may come back). Edited means: it differs from everything that was written here. What was
 * written is remembered in {@code frames.jsonl}, and between a write and the next {@link #finish} in the file
 * journal {@code .captions}, which is written first.
 *
 * <p>Several processes may write frames at once, and one of them may finish.
 */
public final class DatasetFolder {
    private static final Logger LOG = LoggerFactory.getLogger(DatasetFolder.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String PICTURES = "img";
    private static final String LINES = "frames.jsonl";
    private static final String JOURNAL = ".captions";
    private static final Pattern OURS = Pattern.compile(
            "(?<hidden>\\.?)(?<id>[0-9a-f]{16}_[^.]+)\\.(?<extension>jpg|png|txt)(?<partial>((\\.[0-9a-f]+)?\\.partial)?)");

    private static final Pattern KOHYA = Pattern.compile("[0-9]+_.+");

    private final FileTree files;
    private final Recipe recipe;
    private final String concept;
    /** Marks of the captions that were written here, by frame. */
    private final Map<FrameId, Set<String>> written = new HashMap<>();
    /** The mark that goes into the next {@code frames.jsonl}. */
    private final Map<FrameId, String> lastWritten = new HashMap<>();
    /** Captions that lay here when this writer began, by frame: one of them may be a person's. */
    private final Map<FrameId, List<String>> found = new HashMap<>();
    /** Lines that this writer has added to the journal since it last finished. */
    private final List<FileTree.Line> added = new ArrayList<>();

    /**
     * A dataset on a disk.
     *
     * @param out folder of all datasets; the dataset's own is {@code out/<name>} and is made with the first write
     * @throws InfrastructureException if what lies there cannot be read
     */
    public DatasetFolder(Path out, Recipe recipe) {
        this(new FolderFileTree(out.resolve(recipe.dataset())), recipe);
    }

    /**
     * @param files the dataset's own files
     * @throws InfrastructureException if what lies there cannot be read
     */
    public DatasetFolder(FileTree files, Recipe recipe) {
        this.files = files;
        this.recipe = recipe;
        this.concept = Concept.of(recipe);
        try {
            rememberLines();
            rememberJournal();
            for (String file : frameFiles()) {
                Matcher name = OURS.matcher(name(file));
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
        String picture = picture(frame);
        try {
            putCaption(frame, caption(picture));
            files.put(picture, encoded);
        } catch (IOException e) {
            throw failure("write '" + name(picture) + "' in", e);
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
    public void finish(Iterable<Frame> framesInIdOrder, Report report, Set<FrameId> pinned) {
        finish(framesInIdOrder, report, pinned, frame -> {
            throw new IllegalStateException("frame " + frame.id() + " was not written to '" + files.name() + "'");
        });
    }

    /**
     * As {@link #finish(Iterable, Report, Set)}.
     *
     * @param stored gives the bytes of a frame's image, to write again what another process, or a person, has removed
     */
    public synchronized void finish(
            Iterable<Frame> framesInIdOrder, Report report, Set<FrameId> pinned, Function<Frame, byte[]> stored) {
        try {
            // Other processes may have written captions since this writer began, and have finished.
            rememberLines();
            List<FileTree.Line> journal = new ArrayList<>(rememberJournal());
            Set<String> there = new HashSet<>(frameFiles());
            Set<String> members = new HashSet<>();
            Set<FrameId> ids = new HashSet<>();
            try (FileTree.Draft draft = files.draft(LINES)) {
                Writer writer = new OutputStreamWriter(draft.out(), StandardCharsets.UTF_8);
                @Nullable FrameId last = null;
                for (Frame frame : framesInIdOrder) {
                    if (last != null && last.compareTo(frame.id()) >= 0) {
                        throw new IllegalArgumentException(
                                "frame " + frame.id() + " after " + last + ": ascending ids are required");
                    }
                    last = frame.id();
                    String picture = picture(frame);
                    String text = caption(picture);
                    if (!there.contains(picture)) {
                        LOG.warn("dataset '{}': picture {} is gone, and written again", files.name(), picture);
                        files.put(picture, stored.apply(frame));
                    }
                    // A person may have deleted or emptied it since; a trainer stops at that.
                    String caption = putCaption(frame, text);
                    members.add(picture);
                    members.add(text);
                    ids.add(frame.id());
                    FrameLine line = FrameLine.of(
                            frame,
                            picture,
                            firstLine(caption),
                            lastWritten.get(frame.id()),
                            pinned.contains(frame.id()));
                    writer.write(JSON.writeValueAsString(line));
                    writer.write('\n');
                }
                writer.flush();
                // Old files go before the new list counts: after a kill in between, the old list still tells whose
                // captions they are.
                sweep(members, ids);
                draft.publish();
            }
            files.put("report.json", report.toJson().getBytes(StandardCharsets.UTF_8));
            journal.addAll(added);
            files.forget(JOURNAL, journal);
            added.clear();
        } catch (IOException e) {
            throw failure("write", e);
        }
    }

    /** Tells captions apart; blanks and line breaks at the ends, which editors add, do not count. */
    static String mark(String caption) {
        return Fingerprint.of("caption", caption.strip()).value();
    }

    /** Sees to it that the frame's caption is there. What it says: a person's words where there are any. */
    private String putCaption(Frame frame, String place) throws IOException {
        String caption = frame.annotation(Caption.class)
                .map(Caption::text)
                .orElseThrow(() -> new IllegalArgumentException(
                        "frame " + frame.id() + " has no caption: the dataset needs one for each picture"));
        Optional<String> there = read(place);
        Optional<String> edited = edited(frame.id(), place, caption, there);
        if (edited.isPresent()) {
            // Perhaps another process has written it since this writer began.
            rememberJournal();
            edited = edited(frame.id(), place, caption, there);
        }
        if (edited.isEmpty()) {
            record(frame.id(), mark(caption));
        }
        String wanted = edited.orElse(caption);
        if (!there.equals(Optional.of(wanted))) {
            files.put(place, wanted.getBytes(StandardCharsets.UTF_8));
        }
        return wanted;
    }

    private String picture(Frame frame) {
        String name = Target.isContext(recipe.detect(), frame)
                ? "1_context"
                : recipe.export().repeats() + "_" + concept;
        return PICTURES + "/" + name + "/" + frame.id() + frame.image().extension();
    }

    private static String caption(String picture) {
        return picture.substring(0, picture.lastIndexOf('.')) + ".txt";
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** A person's caption of this frame, at its place or else where it lay when this writer began. */
    private Optional<String> edited(FrameId frame, String place, String wanted, Optional<String> there)
            throws IOException {
        if (there.isPresent() && mark(there.get()).equals(mark(wanted))) {
            return Optional.empty();
        }
        if (there.isPresent() && isEdited(frame, there.get())) {
            return there;
        }
        for (String candidate : found.getOrDefault(frame, List.of())) {
            if (candidate.equals(place)) {
                continue;
            }
            Optional<String> text = read(candidate);
            if (text.isPresent() && isEdited(frame, text.get())) {
                return text;
            }
        }
        return Optional.empty();
    }

    private boolean isEdited(FrameId frame, String text) {
        // A trainer stops at an empty caption, so emptying one is no edit.
        return !firstLine(text).isBlank()
                && !written.getOrDefault(frame, Set.of()).contains(mark(text));
    }

    private void sweep(Set<String> members, Set<FrameId> ids) throws IOException {
        List<String> leaving = new ArrayList<>();
        for (String file : frameFiles()) {
            Matcher name = OURS.matcher(name(file));
            if (!name.matches() || members.contains(file)) {
                continue;
            }
            FrameId id = new FrameId(name.group("id"));
            boolean keep = name.group("extension").equals("txt")
                    && name.group("partial").isEmpty()
                    && !ids.contains(id)
                    && isEdited(id, read(file).orElse(""));
            if (!keep) {
                leaving.add(file);
            }
        }
        files.delete(leaving);
        files.tidy();
        files.prune(PICTURES, name -> KOHYA.matcher(name).matches());
    }

    /** Files two levels down whose names are those of frames, partial ones too. */
    private List<String> frameFiles() throws IOException {
        List<String> ours = new ArrayList<>();
        for (String file : files.files(PICTURES)) {
            Matcher name = OURS.matcher(name(file));
            if (file.chars().filter(c -> c == '/').count() == 2
                    && name.matches()
                    && isFrameId(name.group("id"))
                    && name.group("hidden").isEmpty() == name.group("partial").isEmpty()) {
                ours.add(file);
            }
        }
        return ours;
    }

    private static boolean isFrameId(String text) {
        try {
            return new FrameId(text).value().equals(text);
        } catch (IllegalArgumentException notOurs) {
            return false;
        }
    }

    private void rememberLines() throws IOException {
        for (String line : read(LINES).stream().flatMap(String::lines).toList()) {
            try {
                JsonNode node = JSON.readTree(line);
                JsonNode mark = node.path("captionWritten");
                if (mark.isTextual()) {
                    remember(new FrameId(node.path("id").asText()), mark.asText());
                }
            } catch (JsonProcessingException | IllegalArgumentException e) {
                // Then nobody knows who wrote that caption, and it is kept as if a person had.
                LOG.warn(
                        "dataset '{}': frames.jsonl has a line that is not understood: {}",
                        files.name(),
                        e.getMessage());
            }
        }
    }

    private List<FileTree.Line> rememberJournal() throws IOException {
        List<FileTree.Line> lines = files.lines(JOURNAL);
        for (FileTree.Line line : lines) {
            String[] words = line.text().split(" ", -1);
            // Earlier versions' lines may be cut off by a kill; the caption was not written yet.
            if (words.length == 2 && isFrameId(words[0]) && words[1].length() == 16) {
                remember(new FrameId(words[0]), words[1]);
            }
        }
        return lines;
    }

    private void remember(FrameId frame, String mark) {
        written.computeIfAbsent(frame, id -> new HashSet<>()).add(mark);
        lastWritten.put(frame, mark);
    }

    private void record(FrameId frame, String mark) throws IOException {
        if (!mark.equals(lastWritten.get(frame))) {
            added.add(files.append(JOURNAL, frame + " " + mark));
            remember(frame, mark);
        }
    }

    private Optional<String> read(String path) throws IOException {
        return files.read(path).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    private InfrastructureException failure(String verb, IOException e) {
        return new InfrastructureException("dataset: cannot " + verb + " '" + files.name() + "': " + e.getMessage(), e);
    }
}
