package io.sluice.model.embed;

import io.sluice.frame.Embedding;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Linear layers as PyTorch saves them: a zip with the numbers of each tensor in {@code <name>/data/<k>}, float32 little-endian, in
 * the order of the layers, each layer's weights [out,in] before its biases [out]. The program that would put them together, which
 * stands in {@code data.pkl}, is not run; that the sizes go into each other, and end in one number, says that they were understood.
 * Nothing is between the layers, so they are multiplied into one when they are read.
 */
final class SavedWeights {
    private static final Pattern NUMBERS = Pattern.compile("[^/]+/data/([0-9]{1,4})");
    private static final Pattern TYPES = Pattern.compile("torch\\n(\\w+)Storage\\n");

    /** LAION's largest head has 3.7 MB. */
    private static final long LARGEST = 64L << 20;

    private SavedWeights() {}

    /**
     * @param size how many numbers the first layer reads
     * @throws ModelException if the file is no such zip, or its tensors are not linear layers from {@code size} numbers to one
     */
    static ToDoubleFunction<Embedding> read(Path file, int size) {
        List<float[]> tensors;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            tensors = tensors(file, zip);
        } catch (IOException e) {
            throw new ModelException(
                    "weights '" + file + "' cannot be read as PyTorch saves them: " + e.getMessage(), e);
        }
        int layers = layers(file, tensors, size);
        // From the last layer to the first: score = row * x + bias for what comes out of the layers before.
        double[] row = {1};
        double bias = 0;
        for (int layer = layers - 1; layer >= 0; layer--) {
            float[] weights = tensors.get(2 * layer);
            float[] biases = tensors.get(2 * layer + 1);
            int in = weights.length / biases.length;
            double[] before = new double[in];
            for (int out = 0; out < biases.length; out++) {
                bias += row[out] * biases[out];
                for (int i = 0; i < in; i++) {
                    before[i] += row[out] * weights[out * in + i];
                }
            }
            row = before;
        }
        double[] weights = row;
        double constant = bias;
        return embedding -> {
            double sum = constant;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * embedding.value(i);
            }
            return sum;
        };
    }

    /** How many layers there are. */
    private static int layers(Path file, List<float[]> tensors, int size) {
        int in = size;
        boolean fits = !tensors.isEmpty() && tensors.size() % 2 == 0;
        for (int i = 0; fits && i < tensors.size(); i += 2) {
            int out = tensors.get(i + 1).length;
            fits = tensors.get(i).length == (long) in * out;
            in = out;
        }
        if (!fits || in != 1) {
            throw new ModelException("weights '" + file + "' are not those of linear layers from " + size
                    + " numbers to one: expected for each layer in * out weights and out biases, found tensors of "
                    + tensors.stream().map(tensor -> tensor.length).toList() + " numbers");
        }
        return tensors.size() / 2;
    }

    private static List<float[]> tensors(Path file, ZipFile zip) throws IOException {
        List<float[]> tensors = new ArrayList<>();
        String root = "";
        long total = 0;
        for (ZipEntry entry : zip.stream().toList()) {
            Matcher numbers = NUMBERS.matcher(entry.getName());
            total += Math.max(0, entry.getSize());
            if (total > LARGEST) {
                throw new ModelException("weights '" + file + "' are more than " + LARGEST + " bytes");
            }
            if (numbers.matches()) {
                root = entry.getName().substring(0, entry.getName().indexOf('/'));
                tensors.add(new float[0]);
            }
        }
        ZipEntry types = zip.getEntry(root + "/data.pkl");
        if (tensors.isEmpty() || types == null) {
            throw new ModelException("weights '" + file + "' are not as PyTorch saves them: expected the entries "
                    + "<name>/data.pkl and <name>/data/0, found "
                    + zip.stream().limit(8).map(ZipEntry::getName).toList());
        }
        Matcher type = TYPES.matcher(new String(bytes(zip, types), StandardCharsets.ISO_8859_1));
        while (type.find()) {
            if (!type.group(1).equals("Float")) {
                throw new ModelException(
                        "weights '" + file + "' have numbers of type " + type.group(1) + "; expected: Float");
            }
        }
        for (int i = 0; i < tensors.size(); i++) {
            String name = root + "/data/" + i;
            ZipEntry entry = zip.getEntry(name);
            if (entry == null) {
                throw new ModelException(
                        "weights '" + file + "' have no entry '" + name + "' among " + tensors.size() + " tensors");
            }
            ByteBuffer numbers = ByteBuffer.wrap(bytes(zip, entry)).order(ByteOrder.LITTLE_ENDIAN);
            float[] tensor = new float[numbers.remaining() / Float.BYTES];
            numbers.asFloatBuffer().get(tensor);
            tensors.set(i, tensor);
        }
        return tensors;
    }

    private static byte[] bytes(ZipFile zip, ZipEntry entry) throws IOException {
        try (InputStream in = Objects.requireNonNull(zip.getInputStream(entry), entry.getName())) {
            return in.readNBytes(Math.toIntExact(LARGEST));
        }
    }
}
