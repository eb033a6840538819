package io.sluice.route;

import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.DatasetVideo;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.VideoId;
import io.sluice.model.Models;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeException;
import io.sluice.store.Place;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Takes a video from the inbox: moves it into the work folder, then into its dataset. A video directly in the inbox belongs to
 * the dataset {@value #DEFAULT_DATASET}, one in a subfolder to the dataset of the subfolder's name; the recipe is the folder's
 * {@value #RECIPE} where there is one. One thread at a time.
 */
public final class TakeFromInbox implements Processor {
    static final String RECIPE = "recipe.yaml";
    static final String DEFAULT_DATASET = "dataset";

    /** End of the names of copies that are not complete. */
    private static final String PART = ".part";

    /** A copy that has not grown for so long belongs to a process that was killed. */
    private static final Duration ABANDONED = Duration.ofMinutes(10);

    private static final Logger LOG = Logger.getLogger(TakeFromInbox.class);

    private final Catalogue catalogue;
    private final Arrivals arrivals;
    private final InboxFolders folders;
    private final Models models;
    private final Place out;

    /** @param out where datasets are made */
    public TakeFromInbox(Catalogue catalogue, Arrivals arrivals, InboxFolders folders, Models models, Place out) {
        this.catalogue = catalogue;
        this.arrivals = arrivals;
        this.folders = folders;
        this.models = models;
        this.out = out;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        Path file = Path.of(exchange.getMessage().getHeader(Exchange.FILE_PATH, String.class));
        take(file);
    }

    synchronized void take(Path file) throws IOException {
        Path inside = folders.inbox()
                .toAbsolutePath()
                .normalize()
                .relativize(file.toAbsolutePath().normalize());
        String dataset = inside.getNameCount() > 1 ? inside.getName(0).toString() : DEFAULT_DATASET;
        Path target = free(folders.accepted().resolve(dataset).resolve(inside.getFileName()));
        Files.createDirectories(target.getParent());
        try {
            move(file, target);
        } catch (NoSuchFileException e) {
            if (Files.exists(file)) {
                throw e;
            }
            LOG.infof("file=%s is gone: another process has taken it, or a person", file);
            return;
        }
        Path recipe = inside.getNameCount() > 1
                ? folders.inbox().resolve(dataset).resolve(RECIPE)
                : folders.inbox().resolve(RECIPE);
        accept(dataset, recipe, target);
    }

    /** At no time does a part of the file stand at the target, and the original goes last. */
    private static void move(Path file, Path target) throws IOException {
        try {
            Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException otherFileSystem) {
            Path part = target.resolveSibling("." + UUID.randomUUID() + PART);
            try {
                Files.copy(file, part);
                FailPoint.INBOX_COPIED.pass();
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(part);
            }
            Files.deleteIfExists(file);
        }
    }

    /** Deletes what a process that was killed had copied of a video, which is in the inbox still. */
    private static void deleteAbandoned(Path part) throws IOException {
        FileTime lately = FileTime.from(Instant.now().minus(ABANDONED));
        if (Files.getLastModifiedTime(part).compareTo(lately) < 0) {
            Files.deleteIfExists(part);
        }
    }

    /** Takes up videos that a process had moved into the work folder and not entered into the catalogue before it was killed. */
    public synchronized void resume() throws IOException {
        if (!Files.isDirectory(folders.accepted())) {
            return;
        }
        // Before the catalogue is: what is moved here in between would seem not entered.
        List<Path> there;
        try (Stream<Path> walk = Files.walk(folders.accepted(), 2)) {
            there = walk.filter(Files::isRegularFile)
                    .map(file -> file.toAbsolutePath().normalize())
                    .sorted()
                    .toList();
        }
        if (there.isEmpty()) {
            return;
        }
        Set<Path> known = catalogue.read(rows -> rows.videos().in(VideoStatus.values())).stream()
                .map(DatasetVideo::location)
                .collect(Collectors.toSet());
        for (Path file : there) {
            if (file.getFileName().toString().endsWith(PART)) {
                deleteAbandoned(file);
                continue;
            }
            if (known.contains(file) || !Files.exists(file)) {
                continue;
            }
            String dataset = file.getName(file.getNameCount() - 2).toString();
            LOG.infof("dataset=%s file=%s was taken and not entered; taken up now", dataset, file);
            Path own = folders.inbox().resolve(dataset);
            accept(dataset, (Files.isDirectory(own) ? own : folders.inbox()).resolve(RECIPE), file);
        }
    }

    private void accept(String dataset, Path recipeFile, Path video) throws IOException {
        Recipe recipe;
        try {
            recipe = recipe(dataset, recipeFile);
        } catch (RecipeException | ModelException e) {
            putAside(video, folders.failed().resolve(dataset), recipeFile + ": " + e.getMessage());
            return;
        }
        VideoId id;
        try {
            id = Arrivals.identify(video);
        } catch (IOException e) {
            putAside(video, folders.failed().resolve(dataset), "the file cannot be read: " + e.getMessage());
            return;
        }
        arrivals.open(recipe, out);
        if (arrivals.arrive(recipe, id, video.getFileName().toString(), video) == Arrivals.Arrival.KNOWN) {
            Path first = catalogue
                    .read(rows -> rows.videos().find(recipe.dataset(), id))
                    .map(DatasetVideo::location)
                    .orElse(video);
            if (!first.equals(video.toAbsolutePath())) {
                putAside(video, folders.done().resolve(dataset), "already in dataset " + recipe.dataset());
            }
        }
    }

    private Recipe recipe(String dataset, Path file) throws IOException {
        String yaml = Files.exists(file) ? Files.readString(file) : "";
        Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a recipe lies in a folder");
        return FolderRecipe.read(dataset, yaml, folder, models);
    }

    private static void putAside(Path video, Path folder, String reason) throws IOException {
        LOG.errorf("file=%s put aside: error=%s", video, reason);
        Files.createDirectories(folder);
        Path target = free(folder.resolve(video.getFileName()));
        Files.move(video, target, StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(target.resolveSibling(target.getFileName() + ".reason.txt"), reason + "\n");
    }

    /** The path, or one with a number where there is a file of that name. */
    static Path free(Path wanted) {
        Path free = wanted;
        for (int number = 2; Files.exists(free); number++) {
            free = wanted.resolveSibling(number + "-" + wanted.getFileName());
        }
        return free;
    }
}
