package io.sluice.bench;

import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.frame.Embedding;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.image.Letterbox;
import io.sluice.model.Model;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.Outline;
import io.sluice.model.Role;
import io.sluice.model.TextRegion;
import io.sluice.model.WrittenLines;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Runs a second of models that look at one picture or at its embedding, through their adapters and bare: the same session options, an input of the same
 * shape that is made once, and nothing before and after. Both are run in turns, and medians compared. Arguments: folder with
 * models, picture, rounds, ids of models.
 */
public final class VisionBenchmark {
    private VisionBenchmark() {}

    public static void main(String[] args) throws IOException {
        Image picture = ImageCodec.decode(Files.readAllBytes(Path.of(args[1])));
        OnnxRuntime runtime = new OnnxRuntime(Device.CPU);
        ModelFolder folder = new ModelFolder(Path.of(args[0]), Kinds.ALL);
        List<String> ids = List.of(args).subList(3, args.length);
        for (ModelManifest manifest : folder.manifests()) {
            if (ids.contains(manifest.id())) {
                try (Models models = new Models(folder, runtime);
                        ModelSession session =
                                runtime.open(manifest.files().get(0).path())) {
                    measure(manifest, models, session, picture, Integer.parseInt(args[2]));
                }
            }
        }
    }

    private static void measure(
            ModelManifest manifest, Models models, ModelSession session, Image picture, int rounds) {
        Runnable ours = adapter(manifest, models, picture);
        TensorSpec spec = session.inputs().get(0);
        Tensor input = Tensor.floats(shape(spec, manifest.role(), picture));
        Runnable bare = () -> session.run(Map.of(spec.name(), input), out -> out.size());
        List<Double> ourMillis = new ArrayList<>();
        List<Double> bareMillis = new ArrayList<>();
        for (int round = 0; round < rounds + 5; round++) {
            double first = millis(bare);
            double second = millis(ours);
            if (round >= 5) {
                bareMillis.add(first);
                ourMillis.add(second);
            }
        }
        double bareMedian = median(bareMillis);
        double ourMedian = median(ourMillis);
        System.out.printf(
                Locale.ROOT,
                "%s %s: bare %.1f/s, adapter %.1f/s, ratio %.2f; medians of %d runs in turns%n",
                manifest.id(),
                input,
                1000 / bareMedian,
                1000 / ourMedian,
                bareMedian / ourMedian,
                rounds);
    }

    private static Runnable adapter(ModelManifest manifest, Models models, Image picture) {
        if (manifest.role() == Role.DETECT) {
            return asking(models, Role.DETECT, manifest, picture);
        }
        if (manifest.role() == Role.TEXT_DETECT) {
            return asking(models, Role.TEXT_DETECT, manifest, picture);
        }
        if (manifest.role() == Role.AESTHETIC) {
            return asking(models, Role.AESTHETIC, manifest, direction(manifest));
        }
        Box middle = middle(picture);
        if (manifest.role() == Role.TEXT_READ) {
            List<Double> corners = List.of(
                    middle.left(),
                    middle.top(),
                    middle.right(),
                    middle.top(),
                    middle.right(),
                    middle.bottom(),
                    middle.left(),
                    middle.bottom());
            return asking(
                    models, Role.TEXT_READ, manifest, new WrittenLines(picture, List.of(new TextRegion(corners, 1))));
        }
        if (manifest.role() == Role.SEGMENT) {
            return asking(
                    models, Role.SEGMENT, manifest, new Outline(picture, List.of(new Detection("dog", 1, middle))));
        }
        throw new IllegalArgumentException("model '" + manifest.id() + "' does not look at one picture");
    }

    private static <I, O> Runnable asking(Models models, Role<I, O> role, ModelManifest manifest, I input) {
        Model<I, O> model = models.model(role, manifest.id()).orElseThrow();
        return () -> model.infer(List.of(input));
    }

    /** An embedding as long as the model reads. */
    private static Embedding direction(ModelManifest manifest) {
        float[] ones = new float[manifest.space().orElseThrow().size()];
        Arrays.fill(ones, 1);
        return Embedding.of(ones);
    }

    /** A line of ten times its height, as the reader is given. */
    private static Box middle(Image picture) {
        double x = picture.width() / 2.0;
        double y = picture.height() / 2.0;
        return new Box(x - 200, y - 20, x + 200, y + 20);
    }

    private static long[] shape(TensorSpec spec, Role<?, ?> role, Image picture) {
        long[] shape = spec.shape().stream().mapToLong(Long::longValue).toArray();
        shape[0] = 1;
        if (role == Role.AESTHETIC) {
            return shape;
        }
        Letterbox letterbox = role == Role.TEXT_READ
                ? Letterbox.fitHeight(400, 40, 32, 320, 4096)
                : Letterbox.limitSide(picture.width(), picture.height(), 960);
        if (shape[2] == TensorSpec.SYMBOLIC) {
            shape[2] = letterbox.height();
        }
        if (shape[3] == TensorSpec.SYMBOLIC) {
            shape[3] = letterbox.width();
        }
        return shape;
    }

    private static double millis(Runnable run) {
        long start = System.nanoTime();
        run.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }
}
