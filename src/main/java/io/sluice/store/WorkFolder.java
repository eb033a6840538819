package io.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The work folder: everything that must outlive the process and is not a dataset. Locked while it is open, and marked with the
 * version of its layout. The lock is the operating system's, so it goes with the process, however that ends.
 */
public final class WorkFolder implements AutoCloseable {
    /** Raised when what lies in the folder cannot be read by earlier versions. */
    private static final String VERSION = "1";

    /** On POSIX, closing any channel of a file frees all locks that the process has on it: a second one must not be opened. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path root;
    private final Path shared;
    private final FileChannel channel;

    private WorkFolder(Path root, Path shared, FileChannel channel) {
        this.root = root;
        this.shared = shared;
        this.channel = channel;
    }

    /**
     * Opens the folder, and makes it if it is not there.
     *
     * @throws IllegalStateException if another process, or this one, uses it, or another version of this program has made it
     * @throws UncheckedIOException if it cannot be made
     */
    public static WorkFolder open(Path folder) {
        return open(folder, Optional.empty());
    }

    /**
     * As {@link #open(Path)}, with frames and accepted videos in a folder that several processes see; it is not locked.
     *
     * @param shared absent for the work folder itself
     */
    public static WorkFolder open(Path folder, Optional<Path> shared) {
        try {
            Files.createDirectories(folder);
            Path root = folder.toRealPath();
            if (!HELD.add(root)) {
                throw inUse(root);
            }
            try {
                FileChannel channel = lock(root);
                return new WorkFolder(
                        root,
                        shared.map(Path::toAbsolutePath).map(Path::normalize).orElse(root),
                        channel);
            } catch (IOException | RuntimeException e) {
                HELD.remove(root);
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '" + folder + "' cannot be made: " + e.getMessage(), e);
        }
    }

    /** The channel that holds the lock of a folder of the right version. */
    private static FileChannel lock(Path root) throws IOException {
        FileChannel channel =
                FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw inUse(root);
            }
            checkVersion(root);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void checkVersion(Path root) throws IOException {
        Path version = root.resolve("version");
        if (!Files.exists(version)) {
            // renamed into place, so that a kill never leaves an empty one
            Path partial = root.resolve("version.partial");
            Files.writeString(partial, VERSION);
            Files.move(partial, version, StandardCopyOption.ATOMIC_MOVE);
        }
        String found = Files.readString(version).strip();
        if (!found.equals(VERSION)) {
            throw new IllegalStateException("work folder '" + root + "' has layout version '" + found + "'; '" + VERSION
                    + "' is what this program reads");
        }
    }

    private static IllegalStateException inUse(Path root) {
        return new IllegalStateException(
                "work folder '" + root + "' is in use by another process; end it, or name another with --work");
    }

    /** Log of the embedded broker. */
    public Path broker() {
        return root.resolve("kafka");
    }

    /** File of the embedded catalogue. */
    public Path catalogue() {
        return root.resolve("catalogue.db");
    }

    /** The frame store. */
    public Path frames() {
        return shared.resolve("frames");
    }

    /** Videos from a bucket, as long as there is room. */
    public Path scratch() {
        return root.resolve("scratch");
    }

    /** Videos from the inbox while they are worked on. */
    public Path accepted() {
        return shared.resolve("videos");
    }

    @Override
    public void close() {
        // Closed twice, it must not free the lock of whoever has opened the folder since.
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '" + root + "' cannot be unlocked", e);
        } finally {
            HELD.remove(root);
        }
    }
}
