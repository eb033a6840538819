package io.sluice.model.supply;

import io.sluice.download.DownloadException;
import io.sluice.download.Downloader;
import io.sluice.download.Got;
import io.sluice.download.Mirror;
import io.sluice.download.Progress;
import io.sluice.download.Wanted;
import io.sluice.model.ModelFile;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.Role;
import io.sluice.onnx.ModelException;
import java.net.URI;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Downloads the files that manifests name, and holds them to what the manifests, or earlier downloads, say they are. */
public final class ModelPull {
    private final ModelFolder folder;
    private final Downloader downloader;
    private final Optional<Mirror> mirror;

    /** @param mirror asked in place of the servers that manifests name */
    public ModelPull(ModelFolder folder, Downloader downloader, Optional<Mirror> mirror) {
        this.folder = folder;
        this.downloader = downloader;
        this.mirror = mirror;
    }

    /** What came of a file. */
    public enum Outcome {
        /** It was there, and is the right one. */
        THERE,
        /** It was downloaded, and is what its manifest or the lock says. */
        PROVEN,
        /** It was downloaded, and its digest recorded in the lock, because nothing had said what it must be. */
        RECORDED
    }

    /**
     * The models that are meant.
     *
     * @param names ids, and roles, which stand for what is recommended for them; none for everything that is recommended
     * @throws ModelException if a name is neither, or if nothing is recommended for a role
     */
    public List<ModelManifest> choose(List<String> names) {
        List<ModelManifest> all = folder.manifests();
        List<ModelManifest> recommended =
                all.stream().filter(ModelManifest::recommended).toList();
        if (names.isEmpty()) {
            if (recommended.isEmpty()) {
                throw new ModelException(
                        "no manifest in '" + folder.path() + "' is recommended; name a model: " + ids(all));
            }
            return recommended;
        }
        Set<ModelManifest> chosen = new LinkedHashSet<>();
        for (String name : names) {
            Optional<ModelManifest> named =
                    all.stream().filter(model -> model.id().equals(name)).findFirst();
            if (named.isPresent()) {
                chosen.add(named.get());
            } else if (Role.all().stream().anyMatch(role -> role.word().equals(name))) {
                List<ModelManifest> ofRole = ofRole(recommended, name);
                if (ofRole.isEmpty()) {
                    throw new ModelException(
                            "no model with the role " + name + " is recommended; name one: " + ids(ofRole(all, name)));
                }
                chosen.addAll(ofRole);
            } else {
                throw new ModelException("'" + name + "' is neither a role nor a model in '" + folder.path()
                        + "'; roles: " + Role.all().stream().map(Role::word).collect(Collectors.joining(", "))
                        + "; models: " + ids(all));
            }
        }
        return List.copyOf(chosen);
    }

    private static List<ModelManifest> ofRole(List<ModelManifest> models, String role) {
        return models.stream().filter(model -> model.role().word().equals(role)).toList();
    }

    private static String ids(List<ModelManifest> models) {
        return models.isEmpty()
                ? "there is none"
                : models.stream()
                        .map(model -> model.id() + " (" + model.licence() + ")")
                        .collect(Collectors.joining(", "));
    }

    /**
     * Gets one file of a model, unless it is there.
     *
     * @throws DownloadException if it cannot be had
     * @throws ModelException if there is another file in its place, or if its manifest names no address
     * @throws InterruptedException if the thread was interrupted; what came stays for the next time
     */
    public Outcome pull(ModelManifest model, ModelFile file, Progress progress)
            throws DownloadException, InterruptedException {
        if (Files.exists(file.path())) {
            try {
                folder.verify(model, file);
            } catch (ModelException e) {
                throw new ModelException(e.getMessage() + "; remove it to have the right one pulled", e);
            }
            return Outcome.THERE;
        }
        URI address = file.url()
                .orElseThrow(() -> new ModelException("model '" + model.id() + "': its manifest '" + model.source()
                        + "' has no url; put its file at '" + file.path() + "' by hand"));
        Optional<String> locked =
                file.sha256().isPresent() ? Optional.empty() : folder.lock().sha256(file.path());
        Optional<String> expected = file.sha256().or(() -> locked);
        URI source = mirror.map(place -> place.of(address)).orElse(address);
        Got got;
        try {
            got = downloader.fetch(new Wanted(source, file.path(), file.bytes(), expected), progress);
        } catch (DownloadException e) {
            if (locked.isPresent()) {
                throw new DownloadException(
                        e.getMessage() + " (held to '" + folder.lock().file()
                                + "': remove its line there to accept another file)",
                        e);
            }
            throw e;
        }
        if (expected.isPresent()) {
            return Outcome.PROVEN;
        }
        folder.lock().record(file.path(), got.sha256());
        return Outcome.RECORDED;
    }
}
