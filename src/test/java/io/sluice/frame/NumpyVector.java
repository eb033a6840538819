package io.sluice.frame;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A vector as numpy writes it. */
public final class NumpyVector {
    private static final int BEFORE_DESCRIPTION = 10;

    private NumpyVector() {}

    /** @param file {@code .npy} with numbers of 32 or 64 bits */
    public static Embedding read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = BEFORE_DESCRIPTION + buffer.getShort(8);
        String description =
                new String(bytes, BEFORE_DESCRIPTION, header - BEFORE_DESCRIPTION, StandardCharsets.ISO_8859_1);
        boolean wide = description.contains("<f8");
        if (!wide && !description.contains("<f4")) {
            throw new IOException(file + ": '" + description + "' is no vector of floating-point numbers");
        }
        buffer.position(header);
        float[] vector = new float[buffer.remaining() / (wide ? Double.BYTES : Float.BYTES)];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = wide ? (float) buffer.getDouble() : buffer.getFloat();
        }
        return Embedding.of(vector);
    }
}
