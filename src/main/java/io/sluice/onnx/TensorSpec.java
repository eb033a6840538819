package io.sluice.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One input or output as a model declares it.
 *
 * @param shape a size for each dimension; {@link #SYMBOLIC} where the model leaves it open
 */
public record TensorSpec(String name, ElementType type, List<Long> shape) {
    public static final long SYMBOLIC = -1;

    public TensorSpec {
        shape = List.copyOf(shape);
    }

    /** Whether a tensor of this type and these sizes fits; a symbolic dimension, here or there, fits any size. */
    public boolean accepts(ElementType otherType, long... sizes) {
        if (otherType != type || sizes.length != shape.size()) {
            return false;
        }
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] != SYMBOLIC && shape.get(i) != SYMBOLIC && sizes[i] != shape.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** As messages write it: {@code images float32 [1,3,416,416]}, with {@code ?} for a symbolic dimension. */
    @Override
    public String toString() {
        return name + " "
                + describe(type, shape.stream().mapToLong(Long::longValue).toArray());
    }

    /** As messages write it: {@code float32 [1,3,416,416]}. */
    public static String describe(ElementType type, long... shape) {
        return type.name().toLowerCase(Locale.ROOT) + " "
                + Arrays.stream(shape)
                        .mapToObj(size -> size == SYMBOLIC ? "?" : Long.toString(size))
                        .collect(Collectors.joining(",", "[", "]"));
    }
}
