package io.sluice.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The work folder: everything that must outlive the process and is not a dataset. Locked while it is open, and marked with the
 * version of its layout. The lock is the operating system's, so it goes with the process, however that ends.
 */
public final class WorkFolder implements AutoCloseable {
    /** Raised when what lies in the folder cannot be read by earlier versions. */
    private static final String VERSION = "1";

    private final Path root;
    private final FileChannel channel;
    private final FileLock lock;

    private WorkFolder(Path root, FileChannel channel, FileLock lock) {
        this.root = root;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Opens the folder, and makes it if it is not there.
     *
     * @throws IllegalStateException if another process uses it, or another version of this program has made it
     * @throws UncheckedIOException if it cannot be made
     */
    public static WorkFolder open(Path folder) {
        Path root = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
            FileChannel channel =
                    FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                throw new IllegalStateException(
                        "work folder '" + root + "' is in use by another process; end it, or name another with --work");
            }
            Path version = root.resolve("version");
            if (!Files.exists(version)) {
                Files.writeString(version, VERSION);
            }
            String found = Files.readString(version).strip();
            if (!found.equals(VERSION)) {
                channel.close();
                throw new IllegalStateException("work folder '" + root + "' has layout version '" + found + "'; '"
                        + VERSION + "' is what this program reads");
            }
            return new WorkFolder(root, channel, lock);
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '" + root + "' cannot be made: " + e.getMessage(), e);
        }
    }

    private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
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
        return root.resolve("frames");
    }

    /** Videos from the inbox while they are worked on. */
    public Path accepted() {
        return root.resolve("videos");
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("work folder '" + root + "' cannot be unlocked", e);
        }
    }
}
