package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manifests in {@code models/}, and the starter models with their files in the folders below. */
class ShippedManifestsTest {
    private final List<ModelManifest> manifests = new ModelFolder(Path.of("models"), Kinds.ALL).manifests();

    @Test
    void what_is_recommended_may_be_used_by_anybody_for_anything() {
        assertThat(manifests)
                .filteredOn(ModelManifest::recommended)
                .isNotEmpty()
                .allSatisfy(manifest -> {
                    assertThat(manifest.licence()).isIn(Licences.FREE);
                    assertThat(manifest.onlyNamed()).as(manifest.id()).isFalse();
                });
        assertThat(Licences.FREE).noneMatch(licence -> licence.contains("GPL") || licence.contains("-NC"));
    }

    /** An address may lead to a branch; the digest says which content of it is meant. */
    @Test
    void every_shipped_file_has_an_address_and_a_digest() {
        assertThat(manifests)
                .isNotEmpty()
                .allSatisfy(manifest -> assertThat(manifest.files())
                        .isNotEmpty()
                        .allSatisfy(file -> {
                            assertThat(file.url().orElseThrow()).hasScheme("https");
                            assertThat(file.sha256().orElseThrow()).matches("[0-9a-f]{64}");
                            // Lengths of some files of captioners, and of this one, are not stated anywhere.
                            assertThat(file.bytes().isPresent()
                                            || manifest.role() == Role.CAPTION
                                            || manifest.id().equals("pp-ocrv5-det"))
                                    .as(manifest.id())
                                    .isTrue();
                        }));
    }

    private static ModelFolder starters(Path nothing) {
        return new ModelFolder(nothing, Kinds.ALL, Optional.of(ShippedModels.folder()));
    }

    @Test
    void a_starter_model_is_never_used_unless_it_is_named(@TempDir Path nothing) {
        ModelFolder folder = starters(nothing);
        List<ModelManifest> starters = folder.manifests().stream()
                .filter(manifest -> manifest.id().startsWith(ShippedModels.STARTER))
                .toList();

        assertThat(starters).isNotEmpty().allSatisfy(manifest -> {
            assertThat(manifest.id()).isEqualTo("starter-" + manifest.role().word());
            assertThat(manifest.onlyNamed()).as(manifest.id()).isTrue();
            assertThat(manifest.recommended()).as(manifest.id()).isFalse();
            assertThat(folder.isPresent(manifest)).as(manifest.id()).isTrue();
        });
        assertThat(Role.all()).allSatisfy(role -> assertThat(folder.find(role)).isEmpty());
    }

    @Test
    void every_starter_model_is_what_its_manifest_says_and_answers(@TempDir Path nothing) {
        ModelFolder folder = starters(nothing);
        OnnxRuntime runtime = new OnnxRuntime(Device.CPU);
        for (ModelManifest manifest : folder.manifests()) {
            if (manifest.id().startsWith(ShippedModels.STARTER)) {
                ModelTrial.run(manifest, folder.verify(manifest), runtime);
            }
        }
    }
}
