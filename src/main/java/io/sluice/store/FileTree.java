package io.sluice.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Files under one root, by paths with {@code /} between their parts. A file is there as a whole or not at all, after a kill too;
 * every operation may be repeated. Thread-safe, except that a {@link Draft} belongs to one thread.
 */
public interface FileTree {

    /** The tree with this root: in a folder, or in a bucket of the storage. */
    static FileTree of(Place root, ObjectStorage storage) {
        return root.bucket()
                .<FileTree>map(bucket -> new BucketFileTree(storage.bucket(bucket), root.path()))
                .orElseGet(() -> new FolderFileTree(Path.of(root.path())));
    }

    /** The root as a person would name it. */
    String name();

    /** Paths of the files below a folder, at any depth, in order; none if it is not there. */
    List<String> files(String folder) throws IOException;

    /** The file's content; empty if it is not there. */
    Optional<byte[]> read(String path) throws IOException;

    /** Makes the file have these bytes. Where it has them already, nothing is written. */
    void put(String path, byte[] bytes) throws IOException;

    /** Begins a file that is too large for memory. */
    Draft draft(String path) throws IOException;

    /** Removes files; nothing happens for those that are not there. */
    void delete(Collection<String> paths) throws IOException;

    /** Removes those folders directly in this one that are empty and have such names, then this one if it is empty. */
    void prune(String folder, Predicate<String> names) throws IOException;

    /**
     * Adds a line to a journal, which several processes may do at once. It is kept when this returns.
     *
     * @param line not too long for a file name, 100 characters say
     */
    Line append(String journal, String line) throws IOException;

    /** A journal's lines, in the order they were added: by the clocks of the processes that have added them. */
    List<Line> lines(String journal) throws IOException;

    /** Removes these lines from a journal and leaves what others have added since; the journal goes with its last line. */
    void forget(String journal, Collection<Line> lines) throws IOException;

    /**
     * Removes what writers that were killed have left of files directly under the root. What another process is writing there it
     * has to write again.
     */
    void tidy() throws IOException;

    /**
     * A line of a journal.
     *
     * @param place where it is kept, by which it is removed
     */
    record Line(String text, String place) {}

    /** A file that is being written. Closed without {@link #publish}, it has never been. */
    interface Draft extends Closeable {
        OutputStream out();

        /** Puts the file in its place, whole. */
        void publish() throws IOException;
    }
}
