package io.sluice.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Files in a bucket, each an object, written by one request. There are no folders to make or remove, and nothing can be appended
 * to: a journal is a prefix, a line an object without content whose key is the line.
 */
public final class BucketFileTree implements FileTree {
    private final Bucket bucket;
    private final String prefix;
    private final String writer = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicLong appended = new AtomicLong();

    /** @param prefix of all keys, empty or with {@code /} at its end */
    public BucketFileTree(Bucket bucket, String prefix) {
        this.bucket = bucket;
        this.prefix = prefix;
    }

    @Override
    public String name() {
        return new Place(Optional.of(bucket.name()), prefix).toString();
    }

    @Override
    public List<String> files(String folder) {
        return bucket.list(prefix + folder + "/").stream()
                .map(object -> object.key().substring(prefix.length()))
                .filter(path -> !path.endsWith("/"))
                .sorted()
                .toList();
    }

    @Override
    public Optional<byte[]> read(String path) {
        return bucket.get(prefix + path);
    }

    @Override
    public void put(String path, byte[] bytes) {
        bucket.putIfOther(prefix + path, bytes);
    }

    @Override
    public Draft draft(String path) throws IOException {
        Path file = Files.createTempFile("sluice-", ".draft");
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        return new Draft() {
            @Override
            public OutputStream out() {
                return out;
            }

            @Override
            public void publish() throws IOException {
                out.close();
                bucket.put(prefix + path, file);
            }

            @Override
            public void close() throws IOException {
                out.close();
                Files.deleteIfExists(file);
            }
        };
    }

    @Override
    public void delete(Collection<String> paths) {
        bucket.delete(paths.stream().map(path -> prefix + path).toList());
    }

    @Override
    public void prune(String folder, Predicate<String> names) {
        // Folders are no more than parts of keys here.
    }

    @Override
    public Line append(String journal, String line) {
        // Keys sort by time, then by writer and its count: two writers do not overwrite each other's lines.
        String place = journal + "/"
                + String.format(
                        Locale.ROOT, "%015d-%s-%09d", System.currentTimeMillis(), writer, appended.getAndIncrement())
                + "/" + URLEncoder.encode(line, StandardCharsets.UTF_8);
        bucket.put(prefix + place, new byte[0]);
        return new Line(line, place);
    }

    @Override
    public List<Line> lines(String journal) {
        return files(journal).stream()
                .map(path -> new Line(
                        URLDecoder.decode(path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8), path))
                .toList();
    }

    @Override
    public void forget(String journal, Collection<Line> lines) {
        delete(lines.stream().map(Line::place).toList());
    }

    @Override
    public void tidy() {
        // An object that is not whole is not there.
    }
}
