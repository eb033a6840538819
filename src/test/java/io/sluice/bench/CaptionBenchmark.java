package io.sluice.bench;

import io.sluice.image.Image;
import io.sluice.model.CaptionAnswer;
import io.sluice.model.CaptionRequest;
import io.sluice.model.Model;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelSession;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.onnx.Tensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Tokens a second of a captioner of the kind {@code blip}, against a bare loop over the same sessions: the encoder once for each
 * picture and the decoder once for each token, over prefixes of the same lengths, with nothing else between. Both are run in turns.
 * Arguments: folder with one captioner, pictures at once, tokens that it writes of each picture, rounds.
 */
public final class CaptionBenchmark {
    private final Models models;
    private final int batch;
    private final int tokens;
    private final List<Image> pictures = new ArrayList<>();

    private CaptionBenchmark(Models models, int batch, int tokens) {
        this.models = models;
        this.batch = batch;
        this.tokens = tokens;
        for (int i = 0; i < batch; i++) {
            byte[] pixels = new byte[640 * 360 * 3];
            new Random(i).nextBytes(pixels);
            pictures.add(new Image(640, 360, pixels));
        }
    }

    public static void main(String[] args) throws IOException {
        OnnxRuntime runtime = new OnnxRuntime(Device.CPU);
        try (Models models = new Models(new ModelFolder(Path.of(args[0]), Kinds.ALL), runtime)) {
            new CaptionBenchmark(models, Integer.parseInt(args[1]), Integer.parseInt(args[2]))
                    .run(runtime, Integer.parseInt(args[3]));
        }
    }

    private void run(OnnxRuntime runtime, int rounds) throws IOException {
        ModelManifest manifest = models.manifest(Role.CAPTION).orElseThrow();
        Model<CaptionRequest, CaptionAnswer> captioner =
                models.model(Role.CAPTION).orElseThrow();
        List<CaptionRequest> requests = pictures.stream()
                .map(picture -> CaptionRequest.of(picture, Duration.ofHours(1)))
                .toList();
        List<Double> ours = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        try (ModelSession encoder = runtime.open(manifest.file("encoder").path());
                ModelSession decoder = runtime.open(manifest.file("decoder").path())) {
            captioner.infer(requests.subList(0, 1));
            loop(encoder, decoder, 1);
            for (int round = 0; round < rounds; round++) {
                long start = System.nanoTime();
                captioner.infer(requests);
                long middle = System.nanoTime();
                loop(encoder, decoder, batch);
                ours.add((middle - start) / 1e9);
                bare.add((System.nanoTime() - middle) / 1e9);
            }
        }
        double all = batch * tokens;
        System.out.printf(
                Locale.ROOT,
                "pictures %d, tokens of each %d: %.1f tokens/s, bare loop %.1f tokens/s, ratio %.3f; medians of %d rounds,"
                        + " seconds %s and %s; peak memory %s, both sets of sessions%n",
                batch,
                tokens,
                all / median(ours),
                all / median(bare),
                median(bare) / median(ours),
                rounds,
                ours,
                bare,
                peak());
        System.out.println("heap " + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
    }

    private void loop(ModelSession encoder, ModelSession decoder, int rows) {
        long[] shape = encoder.inputs().get(0).shape().stream()
                .mapToLong(Long::longValue)
                .toArray();
        List<Tensor> seen = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            Tensor pixels = Tensor.floats(shape);
            seen.add(encoder.run(
                    Map.of(encoder.inputs().get(0).name(), pixels),
                    out -> out.values().iterator().next()));
        }
        long[] states = seen.get(0).shape();
        states[0] = rows;
        Tensor all = Tensor.floats(states);
        for (int row = 0; row < rows; row++) {
            all.floats()
                    .put(
                            row * seen.get(row).size(),
                            seen.get(row).floats(),
                            0,
                            seen.get(row).size());
        }
        for (int length = 1; length <= tokens; length++) {
            Tensor ids = Tensor.longs(rows, length);
            decoder.run(Map.of("input_ids", ids, "encoder_hidden_states", all), out -> out.size());
        }
    }

    private static double median(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        Collections.sort(sorted);
        return sorted.get(sorted.size() / 2);
    }

    private static String peak() throws IOException {
        return Arrays.stream(Files.readString(Path.of("/proc/self/status")).split("\n"))
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("unknown")
                .replaceAll("\\s+", " ");
    }
}
