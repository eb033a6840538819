package io.sluice.broker;

import io.sluice.frame.InfrastructureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One process, and in it one holder, may use a folder at a time. The operating system frees the lock of a process that ends in
 * whatever way.
 */
final class FolderLock {
    /** Beyond the text of the file, so that it can be read where locks are mandatory. */
    private static final long POSITION = Long.MAX_VALUE - 1;

    /** On POSIX, closing any channel of a file frees all locks that the process has on it: a second one must not be opened. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * @throws IllegalStateException if somebody holds it
     * @throws InfrastructureException if the folder cannot be made or written
     */
    static FolderLock take(Path folder) {
        @Nullable Path real = null;
        @Nullable FileChannel channel = null;
        boolean taken = false;
        try {
            Files.createDirectories(folder);
            real = folder.toRealPath();
            if (!HELD.add(real)) {
                real = null;
                throw inUse(folder, Long.toString(ProcessHandle.current().pid()));
            }
            channel = FileChannel.open(
                    real.resolve("broker.lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            @Nullable FileLock lock = channel.tryLock(POSITION, 1, false);
            if (lock == null) {
                ByteBuffer text = ByteBuffer.allocate(20);
                channel.read(text, 0);
                throw inUse(folder, new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip());
            }
            byte[] pid = (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            taken = true;
            return new FolderLock(real, channel);
        } catch (IOException e) {
            throw new InfrastructureException("embedded broker: cannot lock '" + folder + "': " + e.getMessage(), e);
        } finally {
            if (!taken) {
                close(channel);
                if (real != null) {
                    HELD.remove(real);
                }
            }
        }
    }

    void release() {
        close(channel);
        HELD.remove(folder);
    }

    private static void close(@Nullable FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new InfrastructureException("embedded broker: cannot free its lock: " + e.getMessage(), e);
            }
        }
    }

    private static IllegalStateException inUse(Path folder, String process) {
        return new IllegalStateException("embedded broker: folder '" + folder + "' is in use by process " + process
                + "; stop that process or choose another work folder");
    }
}
