package io.sluice.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Files beside a network in which it keeps its weights, as the ONNX format allows: {@code TensorProto.external_data}, with a
 * {@code location} for each tensor. A network is foreign input, and ONNX Runtime opens what it names, so it is read here first.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/docs/ExternalData.md">ExternalData.md</a>
 */
public final class ExternalWeights {
    /** Field numbers of onnx.proto: what leads from a model to its tensors, by the kind of message and the number in it. */
    private static final Map<Kind, Map<Integer, Kind>> PATHS = Map.of(
            Kind.MODEL, Map.of(7, Kind.GRAPH, 20, Kind.TRAINING, 25, Kind.FUNCTION),
            Kind.TRAINING, Map.of(1, Kind.GRAPH, 2, Kind.GRAPH),
            Kind.FUNCTION, Map.of(7, Kind.NODE, 11, Kind.ATTRIBUTE),
            Kind.GRAPH, Map.of(1, Kind.NODE, 5, Kind.TENSOR, 15, Kind.SPARSE),
            Kind.NODE, Map.of(5, Kind.ATTRIBUTE),
            Kind.ATTRIBUTE,
                    Map.of(
                            5,
                            Kind.TENSOR,
                            6,
                            Kind.GRAPH,
                            10,
                            Kind.TENSOR,
                            11,
                            Kind.GRAPH,
                            22,
                            Kind.SPARSE,
                            23,
                            Kind.SPARSE),
            Kind.SPARSE, Map.of(1, Kind.TENSOR, 2, Kind.TENSOR),
            Kind.TENSOR, Map.of(13, Kind.ENTRY),
            Kind.ENTRY, Map.of());

    private static final int ENTRY_KEY = 1;
    private static final int ENTRY_VALUE = 2;
    /** Longer than any path that a system opens. */
    private static final int LONGEST_TEXT = 1 << 16;
    /** Graphs within graphs; more than any exporter makes. */
    private static final int DEEPEST = 200;

    private enum Kind {
        MODEL,
        TRAINING,
        FUNCTION,
        GRAPH,
        NODE,
        ATTRIBUTE,
        SPARSE,
        TENSOR,
        ENTRY
    }

    private final ProtobufFields fields;
    private final Set<String> locations = new TreeSet<>();

    private ExternalWeights(ProtobufFields fields) {
        this.fields = fields;
    }

    /**
     * The files that a network names, each of which is there.
     *
     * @param file an ONNX file; tensors are skipped, so that its length does not matter
     * @throws ModelException if it is no ONNX file, or names a file that is not in its folder or below it, in truth and not only by
     *     name
     */
    public static Set<Path> of(Path file) {
        Set<String> locations;
        try (ProtobufFields fields = new ProtobufFields(file)) {
            ExternalWeights reading = new ExternalWeights(fields);
            reading.read(Kind.MODEL, fields.end(), 0);
            locations = reading.locations;
        } catch (IOException e) {
            throw new ModelException(
                    "model '" + file + "' cannot be loaded: it is no ONNX file (" + e.getMessage() + ")", e);
        }
        Set<Path> files = new TreeSet<>();
        locations.forEach(location -> files.add(within(file, location)));
        return files;
    }

    private static Path within(Path file, String location) {
        Path folder = file.toAbsolutePath().normalize().getParent();
        try {
            Path named = Path.of(location);
            if (folder != null && !named.isAbsolute()) {
                Path weights = folder.resolve(named).normalize();
                if (weights.startsWith(folder)
                        && Files.isRegularFile(weights)
                        && weights.toRealPath().startsWith(folder.toRealPath())) {
                    return weights;
                }
                if (weights.startsWith(folder) && !Files.exists(weights)) {
                    throw new ModelException("model '" + file + "' keeps weights in '" + location
                            + "', which is not there; it belongs into the model's folder '" + folder + "'");
                }
            }
        } catch (InvalidPathException e) {
            throw refused(file, location, e);
        } catch (IOException e) {
            throw new ModelException(
                    "model '" + file + "': its weights in '" + location + "' cannot be looked at: " + e, e);
        }
        throw refused(file, location, null);
    }

    private static ModelException refused(Path file, String location, @Nullable Exception cause) {
        return new ModelException(
                "model '" + file + "' names weights in '" + location
                        + "'; allowed: a file in the model's folder or below it, and no link that leads out of it",
                cause);
    }

    /** Reads a message that ends at {@code end}. */
    private void read(Kind kind, long end, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IOException("graphs within graphs, more than " + DEEPEST + " deep");
        }
        Map<Integer, Kind> children = PATHS.getOrDefault(kind, Map.of());
        String key = "";
        String value = "";
        while (fields.position() < end) {
            int number = fields.next(end);
            Kind child = children.get(number);
            if (!fields.isNested()) {
                continue;
            }
            if (child != null) {
                read(child, fields.nestedEnd(), depth + 1);
            } else if (kind == Kind.ENTRY && number == ENTRY_KEY) {
                key = fields.text(LONGEST_TEXT);
            } else if (kind == Kind.ENTRY && number == ENTRY_VALUE) {
                value = fields.text(LONGEST_TEXT);
            } else {
                fields.skip();
            }
        }
        if (kind == Kind.ENTRY && key.equals("location")) {
            locations.add(value);
        }
    }
}
