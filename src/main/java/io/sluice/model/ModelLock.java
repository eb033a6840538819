package io.sluice.model;

import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The file {@code models.lock} in a model folder: the digests of files whose manifests state none, as they were when they came. From
 * then on they are held to it. A line a file, {@code <SHA-256>  <path>}, in the order of the paths, as {@code sha256sum} writes and
 * reads it. Reads the file anew at each call. Thread-safe.
 */
public final class ModelLock {
    private static final String NAME = "models.lock";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64}) [ *](\\S.*)");
    private static final List<String> HEAD = List.of(
            "# Digests of model files whose manifests state none, taken when the files came. A file that differs is refused.",
            "# To accept another one, remove its line. Compare by hand with: sha256sum -c models.lock");

    private final Path folder;
    private final Path file;

    /** @param folder the model folder; need not be there */
    public ModelLock(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        this.file = this.folder.resolve(NAME);
    }

    /** The lock's own file, for messages. */
    public Path file() {
        return file;
    }

    /**
     * What a file must be.
     *
     * @return its digest; empty if it never was recorded, as nothing is that comes with the program
     * @throws ModelException if the lock cannot be read
     */
    public Optional<String> sha256(Path modelFile) {
        if (!modelFile.getFileSystem().equals(folder.getFileSystem())) {
            return Optional.empty();
        }
        return Optional.ofNullable(read().get(key(modelFile)));
    }

    /**
     * Records what a file is, in place of what it was.
     *
     * @throws ModelException if the lock cannot be read or written
     */
    public synchronized void record(Path modelFile, String sha256) {
        try {
            Files.createDirectories(folder);
            Map<String, String> digests = read();
            digests.put(key(modelFile), sha256);
            write(digests);
        } catch (IOException e) {
            throw new ModelException("file '" + file + "' cannot be written: " + e, e);
        }
    }

    /** The files that were recorded, as paths in the model folder. */
    public List<Path> files() {
        return read().keySet().stream().map(folder::resolve).toList();
    }

    private String key(Path modelFile) {
        Path path = modelFile.toAbsolutePath().normalize();
        return folder.relativize(path).toString().replace('\\', '/');
    }

    private Map<String, String> read() {
        Map<String, String> digests = new TreeMap<>();
        if (!Files.exists(file)) {
            return digests;
        }
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException e) {
            throw new ModelException("file '" + file + "' cannot be read: " + e, e);
        }
        for (String line : lines) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new ModelException("file '" + file + "': '" + line
                        + "' is not allowed; allowed: 64 digits of 0-9 and a-f, two spaces, a path");
            }
            digests.put(matcher.group(2), matcher.group(1));
        }
        return digests;
    }

    private void write(Map<String, String> digests) throws IOException {
        StringBuilder text = new StringBuilder(String.join("\n", HEAD)).append('\n');
        digests.forEach(
                (path, sha256) -> text.append(sha256).append("  ").append(path).append('\n'));
        Path fresh = Files.createTempFile(folder, NAME, ".new");
        Files.writeString(fresh, text);
        try {
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
