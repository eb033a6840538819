package io.sluice.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.frame.Box;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** No native object may outlive its call, not even until the garbage collector finds it. */
class NativeMemoryTest {
    private static final int CALLS = 3000;

    @Test
    void no_function_keeps_native_memory() {
        Image image = Degraded.noisy(ImageCodecTest.checks(64, 48), 10);
        Luma luma = Luma.of(image);
        Mask mask = Mask.ofBoxes(64, 48, List.of(new Box(20, 20, 30, 30)));
        byte[] jpeg = ImageCodec.jpeg(image, 90);
        byte[] png = ImageCodec.png(image);
        Map<String, Runnable> functions = Map.ofEntries(
                Map.entry("decode jpeg", () -> ImageCodec.decode(jpeg)),
                Map.entry("decode png", () -> ImageCodec.decode(png)),
                Map.entry("jpeg", () -> ImageCodec.jpeg(image, 90)),
                Map.entry("png", () -> ImageCodec.png(image)),
                Map.entry("luma", () -> Luma.of(image, 32)),
                Map.entry("fit", () -> luma.fit(32)),
                Map.entry("resize", () -> Resize.to(image, 100, 90)),
                Map.entry("scales", () -> Scales.of(image, 40, 20)),
                Map.entry("canny", () -> Edges.canny(luma, 50, 150)),
                Map.entry("laplacian", () -> Edges.laplacianVariance(luma)),
                Map.entry("tenengrad", () -> Edges.tenengrad(luma)),
                Map.entry("clarity", () -> Clarity.of(luma)),
                Map.entry("hash", () -> PerceptualHash.of(image)),
                Map.entry("polygon", () -> Mask.ofPolygons(64, 48, List.of(List.of(1.0, 1.0, 9.0, 1.0, 5.0, 9.0)))),
                Map.entry("grow", () -> mask.grow(5)),
                Map.entry("telea", () -> Inpainting.fill(image, mask, Inpainting.Method.TELEA)),
                Map.entry("navier-stokes", () -> Inpainting.fill(image, mask, Inpainting.Method.NAVIER_STOKES)),
                Map.entry("blend", () -> Blend.over(image, image, mask, 3)));
        functions.forEach((name, function) -> {
            for (int i = 0; i < 300; i++) {
                function.run();
            }
            long pointers = Pointer.totalBytes();
            for (int i = 0; i < CALLS; i++) {
                function.run();
            }
            assertThat(Pointer.totalBytes())
                    .as("%s: bytes behind pointers", name)
                    .isLessThanOrEqualTo(pointers);
        });
    }
}
