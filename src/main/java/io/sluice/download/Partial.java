package io.sluice.download;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The part of a file that has been downloaded: {@code NAME.part}, locked while it is open, and beside it {@code NAME.part.from} with
 * the address and what identified the server's version, without which nothing is added to it. Used by one thread.
 */
final class Partial implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path part;
    private final Path from;
    private final URI address;
    private final FileChannel channel;
    private MessageDigest digest = sha256();
    private Optional<String> validator = Optional.empty();
    private long size;
    private boolean resumed;

    private Partial(Path target, URI address, FileChannel channel) {
        this.target = target;
        this.part = sibling(target, ".part");
        this.from = sibling(target, ".part.from");
        this.address = address;
        this.channel = channel;
    }

    private static Path sibling(Path target, String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    /** Opens what an earlier download of the same address has left, or begins. */
    static Partial open(Path target, URI address) throws DownloadException {
        Path part = sibling(target, ".part");
        FileChannel channel;
        try {
            Files.createDirectories(target.toAbsolutePath().getParent());
            channel = FileChannel.open(
                    part,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw Disk.fault(part, e);
        }
        Partial partial = new Partial(target, address, channel);
        try {
            partial.lock();
            partial.load();
            return partial;
        } catch (IOException e) {
            partial.close();
            throw Disk.fault(part, e);
        } catch (DownloadException e) {
            partial.close();
            throw e;
        }
    }

    private void lock() throws IOException, DownloadException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        // Whoever held the lock until now may have given the file its name, and this channel would be open on that.
        if (lock == null || !Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
            // Not ours to delete when this is closed.
            size = -1;
            throw new DownloadException("file '" + target + "' is being downloaded by somebody else; wait for it");
        }
    }

    private void load() throws IOException, DownloadException {
        if (channel.size() == 0) {
            return;
        }
        List<String> known =
                Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS) ? Files.readAllLines(from) : List.of();
        if (known.size() != 2 || !known.get(0).equals(address.toString())) {
            restart(Optional.empty());
            return;
        }
        byte[] buffer = new byte[BUFFER];
        channel.position(0);
        // Closing the stream would close the channel.
        InputStream in = Channels.newInputStream(channel);
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
            size += read;
        }
        validator = Optional.of(known.get(1));
    }

    long size() {
        return size;
    }

    /** What identified the server's version of these bytes: an ETag or a date. Empty where they cannot be added to. */
    Optional<String> validator() {
        return size > 0 ? validator : Optional.empty();
    }

    /** Whether the bytes come from more than one answer of the server. */
    boolean isResumed() {
        return resumed;
    }

    void resume() {
        resumed = true;
    }

    /** Drops the bytes. */
    void restart(Optional<String> version) throws DownloadException {
        try {
            channel.truncate(0);
            channel.position(0);
            size = 0;
            resumed = false;
            digest = sha256();
            validator = version;
            if (version.isPresent()) {
                Files.writeString(from, address + "\n" + version.get() + "\n");
            } else {
                Files.deleteIfExists(from);
            }
        } catch (IOException e) {
            throw Disk.fault(part, e);
        }
    }

    void append(byte[] bytes, int length) throws DownloadException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw Disk.fault(part, e);
        }
        digest.update(bytes, 0, length);
        size += length;
    }

    /** Of the bytes so far. */
    String digest() {
        try {
            return HexFormat.of().formatHex(((MessageDigest) digest.clone()).digest());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    /** Gives the file its name. */
    void finish() throws DownloadException {
        try {
            channel.force(true);
            try {
                Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(part, target, StandardCopyOption.REPLACE_EXISTING);
            }
            Files.deleteIfExists(from);
        } catch (IOException e) {
            throw Disk.fault(target, e);
        }
        size = -1;
    }

    /** Keeps what can be added to later. */
    @Override
    public void close() throws DownloadException {
        try {
            if (size >= 0 && validator().isEmpty()) {
                Files.deleteIfExists(part);
                Files.deleteIfExists(from);
            }
            channel.close();
        } catch (IOException e) {
            throw Disk.fault(part, e);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
