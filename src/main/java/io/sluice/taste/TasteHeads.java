package io.sluice.taste;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.frame.Embedding;
import io.sluice.model.EmbeddingSpace;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.LinearNetwork;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tastes as models of the kind {@code laion-head} in the models folder: {@code taste-<name>-<version>.onnx} with its manifest and, in
 * {@code .json}, what it is worth. A version is written once and never again; a manifest is there only when the rest is, and has
 * scored embeddings as the taste does.
 */
public final class TasteHeads {
    private static final String PREFIX = "taste-";
    private static final Pattern ID = Pattern.compile(PREFIX + "(.+)-([1-9][0-9]{0,8})");

    /** No dash and number at the end: that is how versions are told. */
    private static final Pattern NAME = Pattern.compile("(?!.*-[0-9]+$)[a-z0-9][a-z0-9_-]{0,39}");

    /** Between what was trained and what the written file gives. */
    private static final double TOLERANCE = 1e-4;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final ModelFolder folder;
    private final OnnxRuntime runtime;

    /** @param folder its models go by the ids of their versions */
    public TasteHeads(ModelFolder folder, OnnxRuntime runtime) {
        this.folder = folder;
        this.runtime = runtime;
    }

    /**
     * A version that is there.
     *
     * @param name of the taste, without the version
     * @param evidence empty where its file is gone
     */
    public record Version(String name, int version, ModelManifest manifest, Optional<Evidence> evidence) {}

    /** @throws IllegalArgumentException if a taste cannot be called so */
    public static String name(String wanted) {
        if (!NAME.matcher(wanted).matches()) {
            throw new IllegalArgumentException(
                    "name '" + wanted + "' is not allowed; allowed: lower-case letters, digits,"
                            + " - and _, 40 at most, and no - with a number at the end");
        }
        return wanted;
    }

    /** All versions that are there, by name and version. */
    public List<Version> versions() {
        List<Version> versions = new ArrayList<>();
        for (ModelManifest manifest : folder.manifests()) {
            Matcher id = ID.matcher(manifest.id());
            if (manifest.role() == Role.AESTHETIC && id.matches()) {
                versions.add(new Version(id.group(1), Integer.parseInt(id.group(2)), manifest, evidence(manifest)));
            }
        }
        versions.sort(Comparator.comparing(Version::name).thenComparing(Version::version));
        return versions;
    }

    private static Optional<Evidence> evidence(ModelManifest manifest) {
        Path file = manifest.source().resolveSibling(manifest.id() + ".json");
        try {
            return Files.isRegularFile(file)
                    ? Optional.of(JSON.readValue(file.toFile(), Evidence.class))
                    : Optional.empty();
        } catch (IOException e) {
            throw new ModelException("file '" + file + "' of model '" + manifest.id() + "' cannot be read: " + e, e);
        }
    }

    /**
     * Writes a taste as the next version of its name.
     *
     * @param space of the embeddings that it was trained on
     * @param probes embeddings that the written file is tried with
     * @return the id
     * @throws ModelException if it cannot be written, or does not score the probes as the taste does
     */
    public String save(
            String name, LinearTaste taste, EmbeddingSpace space, Evidence evidence, List<Embedding> probes) {
        name(name);
        byte[] network = LinearNetwork.onnx(taste.weights(), taste.constant());
        try {
            Files.createDirectories(folder.path());
            // Hidden, so that nobody takes it for a model; on the same disk, so that it can be renamed.
            Path trial = Files.createTempDirectory(folder.path(), ".taste-");
            try {
                String id = reserve(name, network);
                Path manifest = trial.resolve(id + ".yaml");
                Files.write(trial.resolve(id + ".onnx"), network);
                Files.writeString(manifest, manifest(id, network, space, evidence));
                try {
                    check(trial, id, taste, probes);
                } catch (RuntimeException e) {
                    Files.deleteIfExists(folder.path().resolve(id + ".onnx"));
                    throw e;
                }
                Files.writeString(folder.path().resolve(id + ".json"), JSON.writeValueAsString(evidence) + "\n");
                Files.move(manifest, folder.path().resolve(id + ".yaml"), StandardCopyOption.ATOMIC_MOVE);
                return id;
            } finally {
                delete(trial);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("evidence cannot be written as JSON: " + evidence, e);
        } catch (IOException e) {
            throw new ModelException("taste '" + name + "' cannot be written to '" + folder.path() + "': " + e, e);
        }
    }

    /** Takes the next number by its file: of two processes one gets it, and the other the next. */
    private String reserve(String name, byte[] network) throws IOException {
        for (int version = last(name) + 1; ; version++) {
            String id = PREFIX + name + "-" + version;
            try {
                Files.write(folder.path().resolve(id + ".onnx"), network, StandardOpenOption.CREATE_NEW);
                return id;
            } catch (FileAlreadyExistsException e) {
                continue;
            }
        }
    }

    /** The highest number that files have, whole or not, hidden ones apart; 0 if there are none. */
    private int last(String name) throws IOException {
        Pattern file = Pattern.compile(Pattern.quote(PREFIX + name) + "-([1-9][0-9]{0,8})\\.(onnx|yaml|json)");
        try (Stream<Path> files = Files.walk(folder.path(), 2)) {
            return files.map(path -> file.matcher(String.valueOf(path.getFileName())))
                    .filter(Matcher::matches)
                    .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
                    .max()
                    .orElse(0);
        }
    }

    /** Opens the files as any process will, and has them score. */
    private void check(Path trial, String id, LinearTaste taste, List<Embedding> probes) {
        try (Models models = new Models(new ModelFolder(trial, Kinds.ALL), runtime)) {
            List<Double> scores = models.model(Role.AESTHETIC, id).orElseThrow().infer(probes);
            for (int i = 0; i < scores.size(); i++) {
                double trained = taste.score(probes.get(i));
                if (Math.abs(scores.get(i) - trained) > TOLERANCE) {
                    throw new ModelException("model '" + id + "' gives " + scores.get(i) + " where " + trained
                            + " was trained; allowed: " + TOLERANCE + " more or less");
                }
            }
        }
    }

    private static String manifest(String id, byte[] network, EmbeddingSpace space, Evidence evidence) {
        StringBuilder yaml = new StringBuilder("# A taste: trained on " + evidence.ratings() + " ratings and "
                + evidence.preferences() + " preferences; what it is worth stands in " + id + ".json.\n");
        yaml.append("id: ").append(id).append('\n');
        yaml.append("role: aesthetic\nkind: laion-head\n");
        yaml.append("file: ").append(id).append(".onnx\n");
        yaml.append("bytes: ").append(network.length).append('\n');
        yaml.append("sha256: ").append(sha256(network)).append('\n');
        yaml.append("licence: your own\nonlyNamed: true\ninput:\n");
        yaml.append("  size: ").append(space.size()).append('\n');
        space.name().ifPresent(name -> yaml.append("  space: ").append(name).append('\n'));
        return yaml.toString();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
