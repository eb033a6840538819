package io.sluice.image;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * How 8-bit pixels become a network's numbers: {@code (pixel * scale - mean) / std}.
 *
 * @param rgb whether the first channel of the input is red; else it is blue
 * @param mean for each channel, in the input's order of channels
 * @param std for each channel, in the input's order of channels, none 0
 * @param pad 8-bit value of the padding, 0 to 255; it is normalised like a pixel
 */
public record LetterboxPixels(boolean rgb, double scale, List<Double> mean, List<Double> std, int pad) {
    private static final int CHANNELS = 3;
    private static final int LEVELS = 256;

    public LetterboxPixels {
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != CHANNELS || std.size() != CHANNELS || std.contains(0.0) || pad < 0 || pad >= LEVELS) {
            throw new IllegalArgumentException("pixels with mean " + mean + ", std " + std + ", pad " + pad
                    + ": 3 means, 3 deviations other than 0 and a pad of 0 to 255 are required");
        }
    }

    /**
     * Writes a picture as three planes, one for each channel, each with {@code letterbox.height()} rows of
     * {@code letterbox.width()} numbers (NCHW with N = 1). The picture is scaled bilinearly in 8 bits.
     *
     * @param letterbox made for the size of {@code image}
     * @param out at least {@code 3 * height * width} numbers; written from position 0, which stays as it is
     */
    public void write(Image image, Letterbox letterbox, FloatBuffer out) {
        float[][] tables = new float[CHANNELS][LEVELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int level = 0; level < LEVELS; level++) {
                tables[channel][level] = (float) ((level * scale - mean.get(channel)) / std.get(channel));
            }
        }
        boolean sameSize = image.width() == letterbox.contentWidth() && image.height() == letterbox.contentHeight();
        if (sameSize) {
            writePlanes(
                    (row, y) -> System.arraycopy(image.bgr(), y * row.length, row, 0, row.length),
                    letterbox,
                    tables,
                    out);
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            Mat original = new Mat(image.height(), image.width(), opencv_core.CV_8UC3, new BytePointer(image.bgr()));
            Mat scaled = new Mat();
            opencv_imgproc.resize(
                    original,
                    scaled,
                    new Size(letterbox.contentWidth(), letterbox.contentHeight()),
                    0,
                    0,
                    opencv_imgproc.INTER_LINEAR);
            BytePointer pixels = scaled.data();
            writePlanes((row, y) -> pixels.position((long) y * row.length).get(row), letterbox, tables, out);
        }
    }

    private interface Rows {
        /** Fills {@code row} with the interleaved BGR pixels of row {@code y}. */
        void read(byte[] row, int y);
    }

    private void writePlanes(Rows rows, Letterbox letterbox, float[][] tables, FloatBuffer out) {
        int width = letterbox.width();
        int plane = width * letterbox.height();
        byte[] row = new byte[letterbox.contentWidth() * CHANNELS];
        float[][] lines = new float[CHANNELS][width];
        float[][] padding = new float[CHANNELS][width];
        for (int channel = 0; channel < CHANNELS; channel++) {
            Arrays.fill(lines[channel], tables[channel][pad]);
            Arrays.fill(padding[channel], tables[channel][pad]);
        }
        for (int y = 0; y < letterbox.height(); y++) {
            int contentY = y - letterbox.top();
            boolean content = contentY >= 0 && contentY < letterbox.contentHeight();
            if (content) {
                rows.read(row, contentY);
            }
            for (int channel = 0; channel < CHANNELS; channel++) {
                if (content) {
                    float[] line = lines[channel];
                    float[] table = tables[channel];
                    int from = rgb ? CHANNELS - 1 - channel : channel;
                    for (int x = 0, i = from; i < row.length; x++, i += CHANNELS) {
                        line[letterbox.left() + x] = table[row[i] & 0xff];
                    }
                }
                out.put(channel * plane + y * width, content ? lines[channel] : padding[channel]);
            }
        }
    }
}
