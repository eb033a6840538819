package io.sluice.store;

import io.sluice.frame.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder of files that can be had again from elsewhere, held under a number of bytes: room is reserved before a file is
 * written, and made by removing files that nobody uses, the one used longest ago first. Files have flat names of the caller's
 * choice, so that nothing foreign becomes part of a path. What lay there before a restart is found again. Thread-safe.
 */
public final class Scratch {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);
    private static final String PARTIAL = ".partial";

    private final Path folder;
    private final long limit;
    private final Map<String, Entry> entries = new HashMap<>();
    private long clock;

    /**
     * @param limit bytes
     * @throws InfrastructureException if the folder cannot be made or read
     */
    public Scratch(Path folder, long limit) {
        this.folder = folder.toAbsolutePath().normalize();
        this.limit = limit;
        if (!Files.isDirectory(this.folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(this.folder)) {
            for (Path file :
                    files.sorted(Comparator.comparing(Scratch::lastModified)).toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(PARTIAL)) {
                    Files.delete(file);
                } else {
                    entries.put(name, new Entry(Files.size(file), true, clock++));
                }
            }
        } catch (IOException e) {
            throw failure("read", e);
        }
    }

    private static long lastModified(Path file) {
        return file.toFile().lastModified();
    }

    public long limit() {
        return limit;
    }

    /** Bytes that lie here or have room reserved. */
    public synchronized long used() {
        return entries.values().stream().mapToLong(entry -> entry.bytes).sum();
    }

    /** Whether the path is one of this folder. */
    public boolean holds(Path file) {
        return file.startsWith(folder);
    }

    /** Where the file of this name lies, or would. */
    public Path place(String name) {
        if (!name.matches("[A-Za-z0-9_-]+(\\.[A-Za-z0-9]+)?")) {
            throw new IllegalArgumentException("scratch: name '" + name + "' is not allowed; allowed: letters, digits");
        }
        return folder.resolve(name);
    }

    /** Takes a file into use, if it is here; it is not removed before the use is closed. */
    public synchronized Optional<Use> use(String name) {
        Entry entry = entries.get(name);
        if (entry == null || !entry.whole) {
            return Optional.empty();
        }
        if (!Files.exists(place(name))) {
            // Somebody has tidied up.
            entries.remove(name);
            return Optional.empty();
        }
        entry.uses++;
        entry.usedAt = clock++;
        return Optional.of(new Use(name));
    }

    /**
     * Reserves room for a file that is not here.
     *
     * @param mayGo files that may be removed for it, of those that nobody uses
     * @return what the file is written to; empty if there is no room, or somebody else is writing it
     */
    public synchronized Optional<Reservation> reserve(String name, long bytes, Predicate<String> mayGo) {
        place(name);
        if (entries.containsKey(name)) {
            return Optional.empty();
        }
        long free = limit - used();
        List<String> leaving = new ArrayList<>();
        for (Map.Entry<String, Entry> entry : removable(mayGo)) {
            if (free >= bytes) {
                break;
            }
            free += entry.getValue().bytes;
            leaving.add(entry.getKey());
        }
        if (free < bytes) {
            return Optional.empty();
        }
        // Not before it is known to be of use.
        leaving.forEach(this::remove);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw failure("make", e);
        }
        entries.put(name, new Entry(bytes, false, clock++));
        return Optional.of(new Reservation(name));
    }

    /** What nobody uses, the one used longest ago first. */
    private List<Map.Entry<String, Entry>> removable(Predicate<String> mayGo) {
        return entries.entrySet().stream()
                .filter(entry -> entry.getValue().whole && entry.getValue().uses == 0 && mayGo.test(entry.getKey()))
                .sorted(Comparator.comparingLong(entry -> entry.getValue().usedAt))
                .toList();
    }

    private void remove(String name) {
        try {
            Files.deleteIfExists(place(name));
            entries.remove(name);
            notifyAll();
            LOG.debug("scratch: {} removed", name);
        } catch (IOException e) {
            throw failure("delete from", e);
        }
    }

    /** Returns when something has changed here, or after a while. */
    public synchronized void awaitChange(long millis) throws InterruptedException {
        wait(millis);
    }

    private InfrastructureException failure(String verb, IOException e) {
        return new InfrastructureException(
                "scratch: cannot " + verb + " folder '" + folder + "': " + e.getMessage(), e);
    }

    private static final class Entry {
        private final long bytes;
        private boolean whole;
        private int uses;
        private long usedAt;

        Entry(long bytes, boolean whole, long usedAt) {
            this.bytes = bytes;
            this.whole = whole;
            this.usedAt = usedAt;
        }
    }

    /** Room for a file. Closed without {@link #complete}, the room is free again and nothing lies there. */
    public final class Reservation implements AutoCloseable {
        private final String name;
        private boolean completed;

        private Reservation(String name) {
            this.name = name;
        }

        /** What to write to. */
        public Path file() {
            return folder.resolve(name + PARTIAL);
        }

        /** The file is whole: it gets its name. */
        public Use complete() {
            synchronized (Scratch.this) {
                try {
                    Files.move(
                            file(), place(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                } catch (IOException e) {
                    throw failure("write", e);
                }
                Entry entry = entries.get(name);
                if (entry == null) {
                    throw new IllegalStateException("scratch: '" + name + "' is not reserved");
                }
                entry.whole = true;
                entry.uses++;
                completed = true;
                Scratch.this.notifyAll();
                return new Use(name);
            }
        }

        @Override
        public void close() {
            synchronized (Scratch.this) {
                if (completed) {
                    return;
                }
                entries.remove(name);
                Scratch.this.notifyAll();
                try {
                    Files.deleteIfExists(file());
                } catch (IOException e) {
                    throw failure("delete from", e);
                }
            }
        }
    }

    /** A file in use. */
    public final class Use implements AutoCloseable {
        private final String name;
        private boolean closed;

        private Use(String name) {
            this.name = name;
        }

        public Path path() {
            return place(name);
        }

        @Override
        public void close() {
            synchronized (Scratch.this) {
                if (closed) {
                    return;
                }
                closed = true;
                Entry entry = entries.get(name);
                if (entry != null) {
                    entry.uses--;
                    entry.usedAt = clock++;
                }
                Scratch.this.notifyAll();
            }
        }
    }
}
