package io.sluice.model.segment;

import io.sluice.image.Mask;
import io.sluice.model.Contract;
import io.sluice.onnx.Tensor;
import io.sluice.onnx.TensorSpec;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * Of the masks that a network of the SAM family offers the one that it thinks best of.
 *
 * @param logits of all masks; this one begins at {@code at}
 */
record BestMask(FloatBuffer logits, int at, int columns, int rows) {

    /** @throws io.sluice.onnx.ModelException if there is not a score for each mask */
    static BestMask of(Contract contract, Map<String, Tensor> out, String masks, String scores) {
        Tensor offered =
                contract.answer(out, masks, 1, 1, TensorSpec.SYMBOLIC, TensorSpec.SYMBOLIC, TensorSpec.SYMBOLIC);
        long[] shape = offered.shape();
        int count = (int) shape[2];
        FloatBuffer predictions = contract.answer(out, scores, 1, 1, count).floats();
        int best = 0;
        for (int i = 1; i < count; i++) {
            if (predictions.get(i) > predictions.get(best)) {
                best = i;
            }
        }
        int rows = (int) shape[3];
        int columns = (int) shape[4];
        return new BestMask(offered.floats(), best * rows * columns, columns, rows);
    }

    /**
     * Inside where the logits, interpolated bilinearly, are not negative.
     *
     * @param usedColumns columns from the left that show the picture
     * @param usedRows rows from the top that show the picture
     */
    Mask scaled(double usedColumns, double usedRows, int width, int height) {
        byte[] values = new byte[width * height];
        for (int y = 0; y < height; y++) {
            double fromY = Math.min(Math.max((y + 0.5) * usedRows / height - 0.5, 0), rows - 1.0);
            int top = (int) fromY;
            int below = Math.min(top + 1, rows - 1);
            double down = fromY - top;
            for (int x = 0; x < width; x++) {
                double fromX = Math.min(Math.max((x + 0.5) * usedColumns / width - 0.5, 0), columns - 1.0);
                int left = (int) fromX;
                int right = Math.min(left + 1, columns - 1);
                double across = fromX - left;
                double upper = logit(left, top) * (1 - across) + logit(right, top) * across;
                double lower = logit(left, below) * (1 - across) + logit(right, below) * across;
                if (upper * (1 - down) + lower * down >= 0) {
                    values[y * width + x] = (byte) 255;
                }
            }
        }
        return new Mask(width, height, values);
    }

    private float logit(int column, int row) {
        return logits.get(at + row * columns + column);
    }
}
