package io.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.model.kind.Kinds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The manifests in {@code models/}. */
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
}
