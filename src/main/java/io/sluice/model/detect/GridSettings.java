package io.sluice.model.detect;

import io.sluice.frame.Detection;
import io.sluice.image.Image;
import io.sluice.model.ManifestSection;
import io.sluice.model.Model;
import io.sluice.model.ModelSettings;
import io.sluice.model.OpenModel;
import io.sluice.model.PictureFormat;
import io.sluice.model.Resize;
import java.util.List;
import java.util.function.BiFunction;

/**
 * What manifests say of detectors that answer for each cell of several grids.
 *
 * @param strides side of a cell in input pixels, for each grid, in the output's order
 * @param overlap boxes of one class whose intersection over union is above it are one object
 */
record GridSettings(PictureFormat input, List<Integer> strides, double overlap, List<String> labels, Adapter adapter)
        implements ModelSettings<Image, List<Detection>> {

    /** Which family's adapter it is for; the text of it is the same in every process. */
    enum Adapter {
        YOLOX(YoloxDetector::new),
        NANODET(NanoDetDetector::new);

        private final BiFunction<GridSettings, OpenModel, Model<Image, List<Detection>>> open;

        Adapter(BiFunction<GridSettings, OpenModel, Model<Image, List<Detection>>> open) {
            this.open = open;
        }
    }

    /** @param overlap where the manifest says none */
    static GridSettings read(ManifestSection manifest, double overlap, Adapter adapter) {
        PictureFormat input =
                PictureFormat.read(manifest, Resize.LETTERBOX_TOP_LEFT, Resize.LETTERBOX_CENTRE, Resize.STRETCH);
        ManifestSection section = manifest.section("output");
        List<Double> strides = section.numbers("strides", List.of(8.0, 16.0, 32.0), 0, 1, 1024);
        if (strides.stream().anyMatch(stride -> stride != Math.rint(stride))) {
            throw section.wrong("strides", "whole numbers, as in [8, 16, 32]");
        }
        GridSettings settings = new GridSettings(
                input,
                strides.stream().map(Double::intValue).toList(),
                section.number("overlap", overlap, 0, 1, false),
                List.copyOf(manifest.labels()),
                adapter);
        section.close();
        return settings;
    }

    @Override
    public Model<Image, List<Detection>> open(OpenModel model) {
        return adapter.open.apply(this, model);
    }
}
