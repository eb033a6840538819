package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Patches of known colours in many pixel formats, against values computed here from ITU-R BT.601, 709 and 2020. */
class ColourTest {
    private static final int SIDE = 32;

    /** Red, green and blue, 0 to 1, of gamma-coded signals. */
    private static final double[][] PATCHES = {
        {0, 0, 0},
        {1, 1, 1},
        {0.5, 0.5, 0.5},
        {0.9, 0.2, 0.2},
        {0.2, 0.8, 0.3},
        {0.1, 0.2, 0.9},
        {0.9, 0.7, 0.6},
        {1, 1, 0}
    };

    private record Matrix(int number, double red, double blue) {}

    private static final List<Matrix> MATRICES = List.of(
            new Matrix(AVCOL_SPC_SMPTE170M, 0.299, 0.114),
            new Matrix(AVCOL_SPC_BT470BG, 0.299, 0.114),
            new Matrix(AVCOL_SPC_BT709, 0.2126, 0.0722),
            new Matrix(AVCOL_SPC_BT2020_NCL, 0.2627, 0.0593));

    static Stream<Arguments> formats() {
        int[] formats = {
            AV_PIX_FMT_YUV420P,
            AV_PIX_FMT_YUV422P,
            AV_PIX_FMT_YUV444P,
            AV_PIX_FMT_YUVJ420P,
            AV_PIX_FMT_NV12,
            AV_PIX_FMT_YUYV422,
            AV_PIX_FMT_YUV420P10LE,
            AV_PIX_FMT_YUV422P10LE,
            AV_PIX_FMT_YUV444P10LE,
            AV_PIX_FMT_P010LE,
            AV_PIX_FMT_YUV420P12LE,
            AV_PIX_FMT_YUV422P12LE,
            AV_PIX_FMT_YUV444P12LE
        };
        return IntStream.of(formats)
                .boxed()
                .flatMap(format -> MATRICES.stream()
                        .flatMap(matrix -> Stream.of(true, false)
                                .map(full ->
                                        Arguments.of(av_get_pix_fmt_name(format).getString(), format, matrix, full))));
    }

    @ParameterizedTest(name = "{0}, matrix {2}, full range {3}")
    @MethodSource("formats")
    void patches_come_out_as_computed(String name, int format, Matrix matrix, boolean full) {
        boolean named = format == AV_PIX_FMT_YUVJ420P;
        try (RawFrame raw = new RawFrame(format, SIDE * PATCHES.length, SIDE)) {
            raw.frame().colorspace(matrix.number()).color_range(full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG);
            int[][] codes = new int[PATCHES.length][];
            for (int i = 0; i < PATCHES.length; i++) {
                codes[i] = encode(PATCHES[i], matrix, full || named, raw.depth());
                raw.fill(i * SIDE, 0, SIDE, SIDE, codes[i]);
            }
            int[][][] picture = raw.rendered();
            for (int i = 0; i < PATCHES.length; i++) {
                double[] expected = decode(codes[i], matrix, full || named, raw.depth());
                int[] bgr = picture[SIDE / 2][i * SIDE + SIDE / 2];
                for (int channel = 0; channel < 3; channel++) {
                    assertThat((double) bgr[2 - channel])
                            .as("patch %s, channel %s", i, channel)
                            .isCloseTo(expected[channel], within(2.0));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rgb")
    void red_green_and_blue_stay_what_they_are(int format, int depth) {
        try (RawFrame raw = new RawFrame(format, SIDE, SIDE)) {
            int top = (1 << depth) - 1;
            raw.fill(0, 0, SIDE, SIDE, (int) Math.round(0.8 * top), (int) Math.round(0.4 * top), (int)
                    Math.round(0.2 * top));
            int[] bgr = raw.rendered()[SIDE / 2][SIDE / 2];
            int[] expected = {51, 102, 204};
            for (int i = 0; i < 3; i++) {
                assertThat(bgr[i]).isCloseTo(expected[i], within(1));
            }
        }
    }

    static Stream<Arguments> rgb() {
        return Stream.of(
                Arguments.of(AV_PIX_FMT_RGB24, 8),
                Arguments.of(AV_PIX_FMT_BGR24, 8),
                Arguments.of(AV_PIX_FMT_GBRP, 8),
                Arguments.of(AV_PIX_FMT_GBRP10LE, 10),
                Arguments.of(AV_PIX_FMT_RGB48LE, 16));
    }

    @Test
    void without_a_word_on_it_small_pictures_are_601_and_large_ones_709() {
        Matrix small = MATRICES.get(0);
        Matrix large = MATRICES.get(2);
        assertThat(red(640, 480)).isCloseTo(decode(redCodes(), small, false, 8)[0], within(2.0));
        assertThat(red(1280, 720)).isCloseTo(decode(redCodes(), large, false, 8)[0], within(2.0));
    }

    private static int[] redCodes() {
        return new int[] {100, 110, 180};
    }

    private static double red(int width, int height) {
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P, width, height)) {
            raw.fill(0, 0, width, height, redCodes());
            return raw.rendered()[height / 2][width / 2][2];
        }
    }

    @Test
    void chroma_lies_where_the_frame_says() {
        // Chroma changes between pairs of columns 4 and 5, in the middle of row: the pixel on which the change falls
        // tells.
        int left = redOfColumn(AVCHROMA_LOC_LEFT, 9) - redOfColumn(AVCHROMA_LOC_LEFT, 8);
        int unsaid = redOfColumn(AVCHROMA_LOC_UNSPECIFIED, 9) - redOfColumn(AVCHROMA_LOC_UNSPECIFIED, 8);
        int centre = redOfColumn(AVCHROMA_LOC_CENTER, 9) - redOfColumn(AVCHROMA_LOC_CENTER, 8);
        assertThat(unsaid).isEqualTo(left);
        // Left: samples at columns 8 and 10, so 9 is half way. Centre: at 8.5 and 10.5, so 9 has a quarter of the way.
        int step = redOfColumn(AVCHROMA_LOC_LEFT, 14) - redOfColumn(AVCHROMA_LOC_LEFT, 2);
        assertThat(redOfColumn(AVCHROMA_LOC_LEFT, 9) - redOfColumn(AVCHROMA_LOC_LEFT, 2))
                .isCloseTo(step / 2, within(4));
        assertThat(centre).isNotEqualTo(left);
        assertThat(redOfColumn(AVCHROMA_LOC_CENTER, 9) - redOfColumn(AVCHROMA_LOC_CENTER, 2))
                .isLessThan(2 * step / 5);
    }

    private static int redOfColumn(int location, int column) {
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P, SIDE, SIDE)) {
            raw.frame().chroma_location(location).colorspace(AVCOL_SPC_BT709);
            raw.fill(0, 0, 10, SIDE, 120, 128, 108);
            raw.fill(10, 0, SIDE - 10, SIDE, 120, 128, 148);
            return raw.rendered()[SIDE / 2][column][2];
        }
    }

    @Test
    void wide_gamut_colours_are_brought_to_bt709() {
        // A colour within BT.709, in linear light, told in BT.2020 by the matrix of ITU-R BT.2087.
        double[] linear = {0.5, 0.2, 0.1};
        double[][] toWide = {{0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0114}, {0.0164, 0.0880, 0.8956}};
        double[] wide = new double[3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                wide[i] += toWide[i][j] * linear[j];
            }
            wide[i] = Math.pow(wide[i], 1 / 2.4);
        }
        Matrix matrix = MATRICES.get(3);
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P10LE, SIDE, SIDE)) {
            raw.frame()
                    .colorspace(AVCOL_SPC_BT2020_NCL)
                    .color_primaries(AVCOL_PRI_BT2020)
                    .color_trc(AVCOL_TRC_BT2020_10)
                    .color_range(AVCOL_RANGE_MPEG);
            raw.fill(0, 0, SIDE, SIDE, encode(wide, matrix, false, 10));
            int[] bgr = raw.rendered()[SIDE / 2][SIDE / 2];
            for (int i = 0; i < 3; i++) {
                assertThat((double) bgr[2 - i]).isCloseTo(255 * Math.pow(linear[i], 1 / 2.4), within(2.0));
            }
        }
    }

    /** Luma and the two chroma codes of a colour. */
    static int[] encode(double[] rgb, int matrix, boolean full, int depth) {
        return encode(
                rgb,
                MATRICES.stream()
                        .filter(each -> each.number() == matrix)
                        .findFirst()
                        .orElseThrow(),
                full,
                depth);
    }

    private static int[] encode(double[] rgb, Matrix matrix, boolean full, int depth) {
        double luma = matrix.red() * rgb[0] + (1 - matrix.red() - matrix.blue()) * rgb[1] + matrix.blue() * rgb[2];
        double cb = (rgb[2] - luma) / (2 * (1 - matrix.blue()));
        double cr = (rgb[0] - luma) / (2 * (1 - matrix.red()));
        int unit = 1 << depth - 8;
        int top = (1 << depth) - 1;
        int middle = 128 * unit;
        return full
                ? new int[] {
                    (int) Math.round(luma * top),
                    Math.min(top, (int) Math.round(cb * top) + middle),
                    Math.min(top, (int) Math.round(cr * top) + middle)
                }
                : new int[] {
                    (int) Math.round((16 + 219 * luma) * unit),
                    (int) Math.round((128 + 224 * cb) * unit),
                    (int) Math.round((128 + 224 * cr) * unit)
                };
    }

    private static double[] decode(int[] codes, Matrix matrix, boolean full, int depth) {
        int unit = 1 << depth - 8;
        int top = (1 << depth) - 1;
        double luma = full ? codes[0] / (double) top : (codes[0] / (double) unit - 16) / 219;
        double cb = full ? (codes[1] - 128 * unit) / (double) top : (codes[1] / (double) unit - 128) / 224;
        double cr = full ? (codes[2] - 128 * unit) / (double) top : (codes[2] / (double) unit - 128) / 224;
        double red = luma + 2 * (1 - matrix.red()) * cr;
        double blue = luma + 2 * (1 - matrix.blue()) * cb;
        double green = (luma - matrix.red() * red - matrix.blue() * blue) / (1 - matrix.red() - matrix.blue());
        return new double[] {level(red), level(green), level(blue)};
    }

    private static double level(double share) {
        return 255 * Math.max(0, Math.min(1, share));
    }
}
