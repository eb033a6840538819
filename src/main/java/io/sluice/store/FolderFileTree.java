package io.sluice.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Files in a folder. They are written under a hidden name beside their place, ending in the writer's name and {@code .partial}, and
 * renamed. Several processes may write at once; the last one's file stays.
 */
public final class FolderFileTree implements FileTree {
    private static final String PARTIAL = ".partial";

    /** Of a write that another process keeps sweeping away. */
    private static final int ATTEMPTS = 10;

    private final Path root;
    private final String writer = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicLong appended = new AtomicLong();

    public FolderFileTree(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    @Override
    public String name() {
        return root.toString();
    }

    @Override
    public List<String> files(String folder) throws IOException {
        Path start = root.resolve(folder);
        if (!Files.isDirectory(start)) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(start)) {
            return walk.filter(Files::isRegularFile)
                    .map(file -> root.relativize(file).toString().replace('\\', '/'))
                    .sorted()
                    .toList();
        }
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException {
        try {
            return Optional.of(Files.readAllBytes(root.resolve(path)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void put(String path, byte[] bytes) throws IOException {
        Path target = root.resolve(path);
        if (isThere(target, bytes)) {
            return;
        }
        Path partial = partial(target);
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(target.getParent());
                Files.write(partial, bytes);
                move(partial, target);
                return;
            } catch (NoSuchFileException e) {
                // Another process has swept the folder, or what is being written, meanwhile.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static boolean isThere(Path target, byte[] bytes) throws IOException {
        try {
            return Files.size(target) == bytes.length && Arrays.equals(Files.readAllBytes(target), bytes);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Override
    public Draft draft(String path) throws IOException {
        Path target = root.resolve(path);
        Path partial = partial(target);
        Files.createDirectories(target.getParent());
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial));
        return new Draft() {
            @Override
            public OutputStream out() {
                return out;
            }

            @Override
            public void publish() throws IOException {
                out.close();
                move(partial, target);
            }

            @Override
            public void close() throws IOException {
                out.close();
                Files.deleteIfExists(partial);
            }
        };
    }

    @Override
    public void delete(Collection<String> paths) throws IOException {
        for (String path : paths) {
            Files.deleteIfExists(root.resolve(path));
        }
    }

    @Override
    public void prune(String folder, Predicate<String> names) throws IOException {
        Path parent = root.resolve(folder);
        for (Path child : children(parent)) {
            if (names.test(child.getFileName().toString())) {
                deleteIfEmpty(child);
            }
        }
        deleteIfEmpty(parent);
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        if (Files.isDirectory(folder) && children(folder).isEmpty()) {
            try {
                Files.deleteIfExists(folder);
            } catch (DirectoryNotEmptyException e) {
                // Another process has written something into it meanwhile.
                return;
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(children::add);
            } catch (NoSuchFileException e) {
                // Another process has removed it meanwhile.
                return List.of();
            }
        }
        return children;
    }

    @Override
    public Line append(String journal, String line) throws IOException {
        Path folder = root.resolve(journal);
        if (Files.isRegularFile(folder)) {
            // Earlier versions kept all lines in one file.
            Files.move(folder, former(folder), StandardCopyOption.REPLACE_EXISTING);
        }
        String name = String.format(
                        Locale.ROOT, "%015d-%s-%09d=", System.currentTimeMillis(), writer, appended.getAndIncrement())
                + URLEncoder.encode(line, StandardCharsets.UTF_8);
        // A file for each line, empty: there or not there, whoever else adds or removes lines, on network file systems
        // too.
        for (int attempt = 1; ; attempt++) {
            try {
                Files.createDirectories(folder);
                Files.createFile(folder.resolve(name));
                return new Line(line, journal + "/" + name);
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<Line> lines(String journal) throws IOException {
        Path folder = root.resolve(journal);
        List<Line> lines = new ArrayList<>();
        for (Path file : List.of(former(folder), folder)) {
            if (Files.isRegularFile(file)) {
                String place = root.relativize(file).toString();
                Files.readAllLines(file).forEach(line -> lines.add(new Line(line, place)));
            }
        }
        for (Path file : children(folder).stream().sorted().toList()) {
            String name = file.getFileName().toString();
            lines.add(new Line(
                    URLDecoder.decode(name.substring(name.indexOf('=') + 1), StandardCharsets.UTF_8),
                    journal + "/" + name));
        }
        return lines;
    }

    @Override
    public void forget(String journal, Collection<Line> lines) throws IOException {
        delete(lines.stream().map(Line::place).distinct().toList());
        deleteIfEmpty(root.resolve(journal));
    }

    private static Path former(Path journal) {
        return journal.resolveSibling(journal.getFileName() + ".former");
    }

    @Override
    public void tidy() throws IOException {
        for (Path file : children(root)) {
            String name = file.getFileName().toString();
            if (name.startsWith(".") && name.endsWith(PARTIAL) && !name.contains("." + writer + ".")) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Of this writer alone: another may be writing the same file. */
    private Path partial(Path target) {
        return target.resolveSibling("." + target.getFileName() + "." + writer + PARTIAL);
    }

    private static void move(Path partial, Path target) throws IOException {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
