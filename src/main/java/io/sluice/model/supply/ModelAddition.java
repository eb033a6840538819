package io.sluice.model.supply;

import io.sluice.model.ModelFile;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.ModelTrial;
import io.sluice.onnx.ExternalWeights;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Takes a person's own model into the model folder, after it has shown that it is what its manifest says. */
public final class ModelAddition {
    private final ModelFolder folder;
    private final OnnxRuntime runtime;

    /** @param runtime where the model is tried out */
    public ModelAddition(ModelFolder folder, OnnxRuntime runtime) {
        this.folder = folder;
        this.runtime = runtime;
    }

    /**
     * A model that is in the folder now.
     *
     * @param missing files that are still to be pulled; then the model was not tried out
     */
    public record Added(ModelManifest model, List<ModelFile> missing) {}

    /**
     * Copies a manifest with the files that are beside it into a folder of its own, {@code <models>/<id>}. A manifest that is in the
     * model folder already is only looked at.
     *
     * @throws ModelException if anything of it is wrong, if its network is not of its kind, if a file is neither there nor has an
     *     address, or if there is such a model already
     */
    public Added add(Path manifest) {
        ModelManifest model = folder.reader().read(manifest);
        List<ModelFile> missing = model.files().stream()
                .filter(file -> !Files.isRegularFile(file.path()))
                .toList();
        for (ModelFile file : missing) {
            if (file.url().isEmpty()) {
                throw new ModelException("model '" + model.id() + "': file '" + file.path()
                        + "' is not there, and the manifest has no url for it");
            }
        }
        for (ModelManifest other : folder.own()) {
            if (other.id().equals(model.id()) && !isSame(other.source(), manifest)) {
                throw new ModelException("model '" + model.id() + "' is in '" + folder.path() + "' already, by '"
                        + other.source() + "'; remove that one, or choose another id");
            }
        }
        if (missing.isEmpty()) {
            ModelTrial.run(model, folder.verify(model), runtime);
        }
        boolean inFolder = folder.own().stream().anyMatch(other -> isSame(other.source(), manifest));
        ModelManifest added = inFolder ? model : copy(manifest, model);
        for (ModelFile file : added.files()) {
            if (file.sha256().isEmpty() && Files.isRegularFile(file.path())) {
                folder.lock().record(file.path(), folder.verify(added, file));
            }
        }
        return new Added(
                added,
                added.files().stream()
                        .filter(file -> !Files.isRegularFile(file.path()))
                        .toList());
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.isSameFile(one, other);
        } catch (IOException e) {
            throw new ModelException("manifest '" + other + "' cannot be looked at: " + e, e);
        }
    }

    /** Whole or not at all: the folder gets its name when everything is in it. */
    private ModelManifest copy(Path manifest, ModelManifest model) {
        Path place = folder.path().resolve(model.id());
        Path fresh = folder.path().resolve(".adding-" + model.id());
        Path origin =
                Objects.requireNonNull(manifest.toAbsolutePath().normalize().getParent(), "a file has a folder");
        if (Files.exists(place)) {
            throw new ModelException(
                    "model '" + model.id() + "': '" + place + "' is there already; remove or rename it");
        }
        try {
            remove(fresh);
            Files.createDirectories(fresh);
            Files.copy(manifest, fresh.resolve(model.id() + ".yaml"));
            for (Path file : files(manifest, model)) {
                if (Files.isRegularFile(file)) {
                    Path to = fresh.resolve(origin.relativize(file).toString());
                    Files.createDirectories(Objects.requireNonNull(to.getParent(), "it is below the folder"));
                    Files.copy(file, to);
                }
            }
            Files.move(fresh, place);
        } catch (IOException e) {
            ModelException fault =
                    new ModelException("model '" + model.id() + "' cannot be copied to '" + place + "': " + e, e);
            try {
                remove(fresh);
            } catch (IOException left) {
                fault.addSuppressed(left);
            }
            throw fault;
        }
        return folder.reader().read(place.resolve(model.id() + ".yaml"));
    }

    private Set<Path> files(Path manifest, ModelManifest model) {
        Set<Path> files = new TreeSet<>(folder.reader().files(manifest));
        for (ModelFile file : model.files()) {
            if (file.path().toString().endsWith(".onnx") && Files.isRegularFile(file.path())) {
                files.addAll(ExternalWeights.of(file.path()));
            }
        }
        return files;
    }

    private static void remove(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
