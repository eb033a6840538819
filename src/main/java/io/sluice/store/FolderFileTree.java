package io.sluice.store;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Files in a folder. They are written under a hidden name beside their place, ending in {@code .partial}, and renamed. */
public final class FolderFileTree implements FileTree {
    private final Path root;

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
        if (Files.exists(target)
                && Files.size(target) == bytes.length
                && Arrays.equals(Files.readAllBytes(target), bytes)) {
            return;
        }
        Path partial = partial(target);
        Files.createDirectories(target.getParent());
        Files.write(partial, bytes);
        move(partial, target);
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
            Files.delete(folder);
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        List<Path> children = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
                stream.forEach(children::add);
            }
        }
        return children;
    }

    @Override
    public void append(String journal, String line) throws IOException {
        Path file = root.resolve(journal);
        Files.createDirectories(file.getParent());
        // A line that a kill has cut off is ended first.
        Files.writeString(file, "\n" + line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public List<String> lines(String journal) throws IOException {
        Path file = root.resolve(journal);
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    @Override
    public void forget(String journal) throws IOException {
        Files.deleteIfExists(root.resolve(journal));
    }

    private static Path partial(Path target) {
        return target.resolveSibling("." + target.getFileName() + ".partial");
    }

    private static void move(Path partial, Path target) throws IOException {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
