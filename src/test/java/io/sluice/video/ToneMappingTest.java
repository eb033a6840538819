package io.sluice.video;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.ffmpeg.global.avutil.*;

import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated PQ and HLG frames against values computed here from ITU-R BT.2100 and the curve that {@link ToneMapping} names. */
class ToneMappingTest {
    private static final int SIDE = 32;

    private static final double[] NITS = {0, 0.5, 2, 10, 30, 61, 100, 203, 400, 700, 1000};

    /** Linear BT.709 light to BT.2020 (ITU-R BT.2087). */
    private static final double[][] TO_WIDE = {
        {0.6274, 0.3293, 0.0433}, {0.0691, 0.9195, 0.0114}, {0.0164, 0.0880, 0.8956}
    };

    @ParameterizedTest
    @ValueSource(ints = {AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67})
    void greys_come_out_as_computed_and_stay_neutral(int transfer) {
        int[][] patches = new int[NITS.length][];
        for (int i = 0; i < NITS.length; i++) {
            patches[i] = codes(transfer, NITS[i], NITS[i], NITS[i]);
        }
        int[][] bgr = render(transfer, patches);
        for (int i = 0; i < NITS.length; i++) {
            for (int channel : bgr[i]) {
                assertThat((double) channel).as("%s nits", NITS[i]).isCloseTo(expected(NITS[i]), within(2.0));
                assertThat(channel).isCloseTo(bgr[i][0], within(1));
            }
        }
    }

    @Test
    void white_of_paper_is_light_and_not_yet_full_white_and_what_is_brighter_than_the_peak_is() {
        int[] white = render(AVCOL_TRC_SMPTE2084, codes(AVCOL_TRC_SMPTE2084, 203, 203, 203))[0];
        assertThat(white[1]).isBetween(210, 225);
        int[] sun = render(AVCOL_TRC_SMPTE2084, codes(AVCOL_TRC_SMPTE2084, 4000, 4000, 4000))[0];
        assertThat(sun).containsExactly(255, 255, 255);
    }

    @ParameterizedTest
    @ValueSource(ints = {AVCOL_TRC_SMPTE2084, AVCOL_TRC_ARIB_STD_B67})
    void more_light_is_never_darker(int transfer) {
        int[][] ramp = new int[60][];
        for (int i = 0; i < ramp.length; i++) {
            ramp[i] = new int[] {64 + (int) Math.round(876.0 * i / (ramp.length - 1)), 512, 512};
        }
        int[][] bgr = render(transfer, ramp);
        for (int i = 1; i < ramp.length; i++) {
            assertThat(bgr[i][1]).isGreaterThanOrEqualTo(bgr[i - 1][1]);
        }
        assertThat(bgr[0][1]).isZero();
        assertThat(bgr[ramp.length - 1][1]).isEqualTo(255);
    }

    @Test
    void colours_keep_the_proportions_of_their_light() {
        double[] nits = {300, 120, 60};
        double[] wide = new double[3];
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                wide[i] += TO_WIDE[i][j] * nits[j];
            }
        }
        int[] bgr = render(AVCOL_TRC_SMPTE2084, codes(AVCOL_TRC_SMPTE2084, wide[0], wide[1], wide[2]))[0];
        double scale = mobius(nits[0] / 203) / (nits[0] / 203);
        for (int i = 0; i < 3; i++) {
            assertThat((double) bgr[2 - i]).isCloseTo(gamma(nits[i] / 203 * scale), within(2.5));
        }
    }

    @Test
    void dolby_vision_without_a_base_for_others_is_known() {
        assertThat(ToneMapping.isDolbyVisionAlone(dolby(5, 0))).isTrue();
        assertThat(ToneMapping.isDolbyVisionAlone(dolby(8, 4))).isFalse();
        assertThat(ToneMapping.isDolbyVisionAlone(avcodec.avcodec_parameters_alloc()))
                .isFalse();
    }

    /** A stream's parameters with the nine bytes of a Dolby Vision configuration. */
    private static AVCodecParameters dolby(int profile, int compatibility) {
        AVCodecParameters stream = avcodec.avcodec_parameters_alloc();
        byte[] record = {1, 0, (byte) profile, 4, 1, 0, 1, (byte) compatibility, 0};
        BytePointer memory = new BytePointer(av_malloc(record.length));
        memory.put(record, 0, record.length);
        AVPacketSideData all = new AVPacketSideData(null);
        IntPointer count = new IntPointer(1).put(0);
        avcodec.av_packet_side_data_add(all, count, avcodec.AV_PKT_DATA_DOVI_CONF, memory, record.length, 0);
        return stream.coded_side_data(all).nb_coded_side_data(count.get());
    }

    /** The middle pixel of each patch. */
    private static int[][] render(int transfer, int[]... patches) {
        try (RawFrame raw = new RawFrame(AV_PIX_FMT_YUV420P10LE, SIDE * patches.length, SIDE)) {
            raw.frame()
                    .colorspace(AVCOL_SPC_BT2020_NCL)
                    .color_primaries(AVCOL_PRI_BT2020)
                    .color_trc(transfer)
                    .color_range(AVCOL_RANGE_MPEG);
            for (int i = 0; i < patches.length; i++) {
                raw.fill(i * SIDE, 0, SIDE, SIDE, patches[i]);
            }
            int[][][] picture = raw.rendered();
            int[][] result = new int[patches.length][];
            for (int i = 0; i < patches.length; i++) {
                result[i] = picture[SIDE / 2][i * SIDE + SIDE / 2];
            }
            return result;
        }
    }

    /** Codes of a colour of the primaries of BT.2020; of HLG only greys. */
    private static int[] codes(int transfer, double red, double green, double blue) {
        double[] signal = {signal(transfer, red), signal(transfer, green), signal(transfer, blue)};
        return ColourTest.encode(signal, AVCOL_SPC_BT2020_NCL, false, 10);
    }

    private static double signal(int transfer, double nits) {
        if (transfer == AVCOL_TRC_SMPTE2084) {
            double power = Math.pow(nits / 10_000, 0.1593017578125);
            return Math.pow((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power), 78.84375);
        }
        double scene = Math.pow(nits / 1000, 1 / 1.2);
        return scene <= 1 / 12.0 ? Math.sqrt(3 * scene) : 0.17883277 * Math.log(12 * scene - 0.28466892) + 0.55991073;
    }

    private static double expected(double nits) {
        return gamma(mobius(nits / 203));
    }

    private static double gamma(double light) {
        return 255 * Math.pow(Math.max(0, Math.min(1, light)), 1 / 2.4);
    }

    /** Straight up to 0.3, from there a hyperbola of the same slope to 1 at the peak, as FFmpeg's filter documents it. */
    private static double mobius(double light) {
        double knee = 0.3;
        double peak = 1000 / 203.0;
        if (light <= knee) {
            return light;
        }
        double a = -knee * knee * (peak - 1) / (knee * knee - 2 * knee + peak);
        double b = (knee * knee - 2 * knee * peak + peak) / (peak - 1);
        return (b * b + 2 * b * knee + knee * knee) / (b - a) * (light + a) / (light + b);
    }
}
