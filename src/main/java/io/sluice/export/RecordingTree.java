package io.sluice.export;

import io.sluice.store.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Remembers what was written into another tree. */
final class RecordingTree implements FileTree {
    private final FileTree files;
    private final Set<String> paths = new HashSet<>();

    RecordingTree(FileTree files) {
        this.files = files;
    }

    Set<String> paths() {
        return paths;
    }

    @Override
    public void put(String path, byte[] bytes) throws IOException {
        files.put(path, bytes);
        paths.add(path);
    }

    @Override
    public Draft draft(String path) throws IOException {
        Draft draft = files.draft(path);
        return new Draft() {
            @Override
            public OutputStream out() {
                return draft.out();
            }

            @Override
            public void publish() throws IOException {
                draft.publish();
                paths.add(path);
            }

            @Override
            public void close() throws IOException {
                draft.close();
            }
        };
    }

    @Override
    public String name() {
        return files.name();
    }

    @Override
    public List<String> files(String folder) throws IOException {
        return files.files(folder);
    }

    @Override
    public Optional<byte[]> read(String path) throws IOException {
        return files.read(path);
    }

    @Override
    public void delete(Collection<String> gone) throws IOException {
        files.delete(gone);
    }

    @Override
    public void prune(String folder, Predicate<String> names) throws IOException {
        files.prune(folder, names);
    }

    @Override
    public Line append(String journal, String line) throws IOException {
        return files.append(journal, line);
    }

    @Override
    public List<Line> lines(String journal) throws IOException {
        return files.lines(journal);
    }

    @Override
    public void tidy() throws IOException {
        files.tidy();
    }

    @Override
    public void forget(String journal, Collection<Line> lines) throws IOException {
        files.forget(journal, lines);
    }
}
