package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How models that come with the program are found beside a person's own. */
class ShippedModelsTest {
    private static final String NETWORK = "brightness-yolox.onnx";

    @TempDir
    Path root;

    private final Path own() {
        return root.resolve("models");
    }

    /** A catalogue with a manifest alone, and a starter model with its file. */
    private static void ship(Path shipped) throws IOException {
        String yaml = Files.readString(ModelFiles.resource("/models/brightness.yaml"));
        Path starter = Files.createDirectories(shipped.resolve("starter/detect"));
        Files.writeString(shipped.resolve("brightness.yaml"), yaml);
        Files.writeString(
                starter.resolve("starter-detect.yaml"),
                yaml.replace("id: brightness", "id: starter-detect\nonlyNamed: true\npriority: 1000"));
        Files.write(starter.resolve(NETWORK), network());
    }

    private static byte[] network() throws IOException {
        return Files.readAllBytes(ModelFiles.resource("/io/sluice/onnx/" + NETWORK));
    }

    private ModelFolder folder(Path shipped) {
        return new ModelFolder(own(), Kinds.ALL, Optional.of(shipped));
    }

    @Test
    void a_manifest_that_comes_with_the_program_counts_as_if_it_lay_in_the_models_folder() throws IOException {
        Path shipped = root.resolve("shipped");
        ship(shipped);
        ModelFolder folder = folder(shipped);

        assertThat(folder.manifests()).extracting(ModelManifest::id).containsExactly("brightness", "starter-detect");
        assertThat(folder.own()).isEmpty();
        assertThat(folder.find(Role.DETECT)).isEmpty();
        ModelFile file = folder.named(Role.DETECT, "brightness").file(ModelFile.MODEL);
        assertThat(file.path()).isEqualTo(own().toAbsolutePath().resolve(NETWORK));

        Files.createDirectories(own());
        Files.write(file.path(), network());
        assertThat(folder.find(Role.DETECT).orElseThrow().id()).isEqualTo("brightness");
    }

    @Test
    void a_persons_own_manifest_wins_over_one_with_the_same_id() throws IOException {
        Path shipped = root.resolve("shipped");
        ship(shipped);
        Files.createDirectories(own());
        Files.writeString(
                own().resolve("mine.yaml"),
                Files.readString(shipped.resolve("brightness.yaml"))
                        .replace("id: brightness", "id: brightness\npriority: 7"));

        ModelFolder folder = folder(shipped);
        assertThat(folder.manifests()).hasSize(2);
        assertThat(folder.named(Role.DETECT, "brightness").priority()).isEqualTo(7);
    }

    @Test
    void a_starter_model_runs_only_where_it_is_named_from_an_archive_too() throws IOException {
        URI archive = URI.create("jar:" + root.resolve("program.jar").toUri());
        try (FileSystem files = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            Path shipped = files.getPath("/in/side");
            ship(shipped);
            try (Models models = new Models(folder(shipped), new OnnxRuntime(Device.CPU))) {
                assertThat(models.model(Role.DETECT)).isEmpty();
                models.warmUp();
                assertThat(models.loaded()).isEmpty();
                assertThat(models.manifest(Role.DETECT, "starter").orElseThrow().id())
                        .isEqualTo("starter-detect");
                assertThat(models.model(Role.DETECT, "starter").orElseThrow().infer(List.of(Role.DETECT.sample())))
                        .hasSize(1);
                assertThat(models.loaded()).extracting(LoadedModel::id).containsExactly("starter-detect");
                assertThatThrownBy(() -> models.model(Role.CAPTION, "starter"))
                        .isInstanceOf(ModelException.class)
                        .hasMessageContaining("model 'starter' with the role caption");
            }
        }
    }
}
