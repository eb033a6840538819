package io.sluice.export;

import io.sluice.store.FileTree;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Tells of each write into another tree before it is done. */
final class WatchedTree implements FileTree {
    interface Watch {
        /** @param number of the write, from 1 */
        void about(String path, int number) throws IOException;
    }

    private final FileTree files;
    private final Watch watch;
    private int number;

    WatchedTree(FileTree files, Watch watch) {
        this.files = files;
        this.watch = watch;
    }

    @Override
    public void put(String path, byte[] bytes) throws IOException {
        watch.about(path, ++number);
        files.put(path, bytes);
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
                // What was written so far lies on the disk then, under its hidden name.
                draft.out().flush();
                watch.about(path, ++number);
                draft.publish();
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
    public void delete(Collection<String> paths) throws IOException {
        files.delete(paths);
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
