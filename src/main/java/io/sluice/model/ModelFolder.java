package io.sluice.model;

import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder with manifests, {@code *.yaml} in it and in its direct subfolders, and the models' files beside them. Reads the
 * folder anew at each call. Thread-safe.
 */
public final class ModelFolder {
    private static final int BUFFER = 1 << 16;

    private final Path folder;

    /** @param folder need not be there: then there are no models */
    public ModelFolder(Path folder) {
        this.folder = folder;
    }

    public Path path() {
        return folder;
    }

    /**
     * All manifests, in the order of their ids, whether the models' files are there or not.
     *
     * @throws ModelException if one of them is wrong, or if two have the same id
     */
    public List<ModelManifest> manifests() {
        Map<String, ModelManifest> manifests = new TreeMap<>();
        for (Path file : yamls()) {
            ModelManifest manifest = ManifestReader.read(file);
            ModelManifest other = manifests.put(manifest.id(), manifest);
            if (other != null) {
                throw new ModelException("manifests '" + other.source() + "' and '" + manifest.source()
                        + "' have the same id '" + manifest.id() + "'; allowed: once");
            }
        }
        return List.copyOf(manifests.values());
    }

    /**
     * The model that does a job: of those whose file is there the one with the highest priority, of equal ones the first by id.
     * Whether the file is the right one is told by {@link #verify}.
     *
     * @throws ModelException if a manifest is wrong
     */
    public Optional<ModelManifest> find(Role role) {
        return manifests().stream()
                .filter(manifest -> manifest.role() == role)
                .filter(this::isPresent)
                .max(Comparator.comparingInt(ModelManifest::priority)
                        .thenComparing(ModelManifest::id, Comparator.reverseOrder()));
    }

    /** Whether the model's file is there. */
    public boolean isPresent(ModelManifest manifest) {
        return Files.isRegularFile(manifest.file());
    }

    /**
     * Reads the model's file and compares it with its manifest.
     *
     * @return SHA-256 of the file, 64 lower-case hexadecimal digits
     * @throws ModelException if the file is missing, or has another length or digest than the manifest states
     */
    public String verify(ModelManifest manifest) {
        try {
            long bytes = Files.size(manifest.file());
            String sha256 = sha256(manifest.file());
            if (manifest.sha256().isPresent() && !manifest.sha256().get().equals(sha256)) {
                throw differs(manifest, "SHA-256", manifest.sha256().get(), sha256);
            }
            if (manifest.bytes().isPresent() && manifest.bytes().getAsLong() != bytes) {
                throw differs(manifest, "bytes", manifest.bytes().getAsLong(), bytes);
            }
            return sha256;
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    "model '" + manifest.id() + "': file '" + manifest.file()
                            + "' is not there; get it with: models pull " + manifest.id(),
                    e);
        } catch (IOException e) {
            throw new ModelException(
                    "model '" + manifest.id() + "': file '" + manifest.file() + "' cannot be read: " + e, e);
        }
    }

    private static ModelException differs(ModelManifest manifest, String what, Object expected, Object found) {
        return new ModelException("model '" + manifest.id() + "': file '" + manifest.file() + "' is not the one of '"
                + manifest.source() + "': expected " + what + " " + expected + ", found " + found);
    }

    private List<Path> yamls() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder, 2)) {
            paths.filter(path -> path.toString().endsWith(".yaml"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(found::add);
        } catch (IOException e) {
            throw new ModelException("model folder '" + folder + "' cannot be read: " + e, e);
        }
        return found;
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
