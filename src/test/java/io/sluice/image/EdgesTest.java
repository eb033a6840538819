package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.Assets;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class EdgesTest {

    @Test
    void a_single_dot_has_the_variance_that_the_kernel_says() {
        byte[] values = new byte[25];
        values[12] = 10;

        // -40 once, 10 four times, 0 twenty times: mean 0, squares 1600 + 400.
        assertThat(Edges.laplacianVariance(new Luma(5, 5, values))).isCloseTo(80, within(1e-9));
    }

    @Test
    void a_step_has_the_gradient_that_the_kernel_says() {
        byte[] values = new byte[24];
        for (int y = 0; y < 4; y++) {
            for (int x = 3; x < 6; x++) {
                values[y * 6 + x] = 10;
            }
        }

        // Two of six columns see the step: (4 * 10)².
        assertThat(Edges.tenengrad(new Luma(6, 4, values))).isCloseTo(1600 / 3.0, within(1e-3));
    }

    @Test
    void canny_maps_are_those_of_the_reference_pixel_for_pixel() throws Exception {
        JsonNode expected = new ObjectMapper()
                .readTree(Assets.path("refs/edges/expected.json").toFile());
        int maps = 0;
        for (var entry : (Iterable<java.util.Map.Entry<String, JsonNode>>) expected::fields) {
            if (!entry.getKey().endsWith(".png")) {
                continue;
            }
            String[] parts = entry.getKey().split("[._]");
            Luma luma = Luma.of(AssetImages.read(entry.getValue().get("src").asText()));
            Mask edges = Edges.canny(
                    luma, Integer.parseInt(parts[parts.length - 3]), Integer.parseInt(parts[parts.length - 2]));

            assertThat(edges.values())
                    .as(entry.getKey())
                    .isEqualTo(Luma.of(AssetImages.read("refs/edges/" + entry.getKey()))
                            .values());
            assertThat(HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(edges.values())))
                    .isEqualTo(entry.getValue().get("sha256_raw_bytes").asText());
            maps++;
        }
        assertThat(maps).isEqualTo(8);
    }

    @Test
    void laplacian_variance_tenengrad_and_mean_are_those_of_the_reference() throws IOException {
        JsonNode results = new ObjectMapper()
                .readTree(Assets.path("refs/blur/laplacian_variance.json").toFile())
                .get("results");

        assertThat(results).isNotEmpty();
        results.fields().forEachRemaining(entry -> {
            Luma luma = Luma.of(AssetImages.read(entry.getKey()));
            JsonNode sharp = entry.getValue().get("sharp");
            assertThat(Edges.laplacianVariance(luma))
                    .as(entry.getKey())
                    .isCloseTo(sharp.get("lap_var_k1").asDouble(), within(1e-5));
            assertThat(Edges.tenengrad(luma))
                    .as(entry.getKey())
                    .isCloseTo(sharp.get("tenengrad_mean").asDouble(), Percentage.withPercentage(1e-5));
            assertThat(luma.mean())
                    .as(entry.getKey())
                    .isCloseTo(sharp.get("mean").asDouble(), within(1e-6));
        });
    }
}
