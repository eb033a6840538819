package io.sluice.model;

import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder with manifests, {@code *.yaml} in it and in its direct subfolders, hidden ones apart, and the models' files beside
 * them. Reads the folder anew at each call. Thread-safe.
 *
 * <p>It may be given the manifests that {@linkplain ShippedModels come with the program}. They count as if they lay in this folder,
 * where their files are pulled to, unless the folder has a manifest with the same id; those in subfolders stay where they are, with
 * their files beside them.
 */
public final class ModelFolder {
    private static final int BUFFER = 1 << 16;

    /** Of shipped manifests with their files: {@code starter/detect/starter-detect.yaml}. */
    private static final int SHIPPED_DEPTH = 3;

    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}");

    private final Path folder;
    private final Optional<Path> shipped;
    private final ManifestReader reader;
    private final ModelLock lock;

    /**
     * @param folder need not be there: then there are no models
     * @param kinds that its manifests may name
     */
    public ModelFolder(Path folder, List<ModelKind<?, ?>> kinds) {
        this(folder, kinds, Optional.empty());
    }

    /**
     * @param folder need not be there: then there are only those that come with the program
     * @param kinds that manifests may name
     * @param shipped as {@link ShippedModels#folder}
     */
    public ModelFolder(Path folder, List<ModelKind<?, ?>> kinds, Optional<Path> shipped) {
        this.folder = folder;
        this.shipped = shipped;
        this.reader = new ManifestReader(kinds);
        this.lock = new ModelLock(folder);
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
        own().forEach(manifest -> manifests.put(manifest.id(), manifest));
        for (Path file : shipped.map(root -> yamls(root, SHIPPED_DEPTH)).orElse(List.of())) {
            ModelManifest manifest = shipped(file);
            manifests.putIfAbsent(manifest.id(), manifest);
        }
        return List.copyOf(manifests.values());
    }

    private ModelManifest shipped(Path file) {
        if (shipped.isEmpty() || !shipped.get().equals(file.getParent())) {
            return reader.read(file);
        }
        try {
            return reader.read(folder.resolve(file.getFileName().toString()), Files.readString(file));
        } catch (IOException e) {
            throw new ModelException("manifest '" + file + "' cannot be read: " + e, e);
        }
    }

    /** {@link #manifests()} without those that come with the program. */
    public List<ModelManifest> own() {
        Map<String, ModelManifest> manifests = new TreeMap<>();
        for (Path file : yamls(folder, 2)) {
            ModelManifest manifest = reader.read(file);
            ModelManifest other = manifests.put(manifest.id(), manifest);
            if (other != null) {
                throw new ModelException("manifests '" + other.source() + "' and '" + manifest.source()
                        + "' have the same id '" + manifest.id() + "'; allowed: once");
            }
        }
        return List.copyOf(manifests.values());
    }

    /**
     * The model that does a job: of those whose files are there the one with the highest priority, of equal ones the first by id,
     * and none that wants to be named. Whether the files are the right ones is told by {@link #verify}.
     *
     * @throws ModelException if a manifest is wrong
     */
    public Optional<ModelManifest> find(Role<?, ?> role) {
        return find(role, manifest -> true);
    }

    /** {@link #find(Role)} among those models that are wanted. */
    Optional<ModelManifest> find(Role<?, ?> role, Predicate<ModelManifest> wanted) {
        return manifests().stream()
                .filter(manifest -> manifest.role() == role && !manifest.onlyNamed())
                .filter(wanted)
                .filter(this::isPresent)
                .max(Comparator.comparingInt(ModelManifest::priority)
                        .thenComparing(ModelManifest::id, Comparator.reverseOrder()));
    }

    /**
     * The model with this id, or with {@link ShippedModels#STARTER} the role's starter model, whether its files are there or not.
     *
     * @throws ModelException if there is none, if it has another role, or if a manifest is wrong
     */
    public ModelManifest named(Role<?, ?> role, String id) {
        List<ModelManifest> ofRole =
                manifests().stream().filter(manifest -> manifest.role() == role).toList();
        String starter = ShippedModels.STARTER + "-" + role.word();
        return ofRole.stream()
                .filter(manifest -> manifest.id().equals(id))
                .findFirst()
                .or(() -> ofRole.stream()
                        .filter(manifest -> id.equals(ShippedModels.STARTER)
                                && manifest.id().equals(starter))
                        .findFirst())
                .orElseThrow(() -> new ModelException("model '" + id + "' with the role " + role.word()
                        + " is not in '" + folder + "'; there: "
                        + ofRole.stream().map(ModelManifest::id).collect(Collectors.joining(", "))));
    }

    /**
     * The id of a model's newest version: of the models {@code name-1}, {@code name-2} and so on whose files are there the one with
     * the highest number. Empty where there is none, or where a model has the name itself.
     *
     * @throws ModelException if a manifest is wrong
     */
    public Optional<String> newest(Role<?, ?> role, String name) {
        List<String> ids = manifests().stream()
                .filter(manifest -> manifest.role() == role && isPresent(manifest))
                .map(ModelManifest::id)
                .toList();
        return ids.contains(name)
                ? Optional.empty()
                : ids.stream()
                        .filter(id -> version(name, id) > 0)
                        .max(Comparator.comparingInt(id -> version(name, id)));
    }

    /** The number of a version of the name; 0 for what is none. */
    private static int version(String name, String id) {
        String number = id.startsWith(name + "-") ? id.substring(name.length() + 1) : "";
        return VERSION.matcher(number).matches() ? Integer.parseInt(number) : 0;
    }

    /** What files of the folder are held to whose manifests state no digest. */
    public ModelLock lock() {
        return lock;
    }

    /** The folder's manifests, and others, are read by it. */
    public ManifestReader reader() {
        return reader;
    }

    /** Whether the model's files are there. */
    public boolean isPresent(ModelManifest manifest) {
        return manifest.files().stream().allMatch(file -> Files.isRegularFile(file.path()));
    }

    /**
     * Reads the model's files and compares them with its manifest, or with the lock where the manifest states no digest.
     *
     * @return SHA-256 of the file, 64 lower-case hexadecimal digits; of several files that of their digests, one after the other
     * @throws ModelException if a file is missing, or has another length or digest than the manifest or the lock states
     */
    public String verify(ModelManifest manifest) {
        List<String> digests =
                manifest.files().stream().map(file -> verify(manifest, file)).toList();
        if (digests.size() == 1) {
            return digests.get(0);
        }
        MessageDigest all = sha256();
        digests.forEach(digest -> all.update(digest.getBytes(StandardCharsets.US_ASCII)));
        return HexFormat.of().formatHex(all.digest());
    }

    /** {@link #verify(ModelManifest)} for one of its files. */
    public String verify(ModelManifest manifest, ModelFile file) {
        try {
            long bytes = Files.size(file.path());
            String sha256 = sha256(file.path());
            if (file.sha256().isPresent() && !file.sha256().get().equals(sha256)) {
                throw differs(
                        manifest,
                        file,
                        manifest.source(),
                        "SHA-256",
                        file.sha256().get(),
                        sha256);
            }
            Optional<String> locked = file.sha256().isPresent() ? Optional.empty() : lock.sha256(file.path());
            if (locked.isPresent() && !locked.get().equals(sha256)) {
                throw differs(manifest, file, lock.file(), "SHA-256", locked.get(), sha256);
            }
            if (file.bytes().isPresent() && file.bytes().getAsLong() != bytes) {
                throw differs(
                        manifest, file, manifest.source(), "bytes", file.bytes().getAsLong(), bytes);
            }
            return sha256;
        } catch (NoSuchFileException e) {
            throw new ModelException(
                    "model '" + manifest.id() + "': file '" + file.path() + "' is not there; get it with: models pull "
                            + manifest.id(),
                    e);
        } catch (IOException e) {
            throw new ModelException(
                    "model '" + manifest.id() + "': file '" + file.path() + "' cannot be read: " + e, e);
        }
    }

    private static ModelException differs(
            ModelManifest manifest, ModelFile file, Path by, String what, Object expected, Object found) {
        return new ModelException("model '" + manifest.id() + "': file '" + file.path() + "' is not the one of '" + by
                + "': expected " + what + " " + expected + ", found " + found);
    }

    private static List<Path> yamls(Path folder, int depth) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Path> found = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(folder, depth)) {
            paths.filter(path -> path.toString().endsWith(".yaml"))
                    .filter(path -> !folder.relativize(path).toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .forEach(found::add);
        } catch (IOException e) {
            throw new ModelException("model folder '" + folder + "' cannot be read: " + e, e);
        }
        return found;
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
