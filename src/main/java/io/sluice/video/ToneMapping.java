package io.sluice.video;

import static org.bytedeco.ffmpeg.global.avcodec.*;
import static org.bytedeco.ffmpeg.global.avutil.*;

import java.util.Locale;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.jspecify.annotations.Nullable;

/**
 * Pictures of a wider range or gamut than a screen of SDR shows (PQ, HLG, BT.2020, P3), or in colour matrices that swscale does
 * not know, to 8-bit planar RGB of BT.709.
 *
 * <p>HDR is brought to linear light, with 1.0 at reference white, and to the primaries of BT.709; then the largest of red, green
 * and blue goes through the Mobius curve and takes the two others along, so that hues stay. The curve leaves everything below
 * {@link #KNEE} as it is, and brings {@link #PEAK_NITS} to full white. It is the same for every video: what files say of their
 * own peak is often wrong, and keyframes alone may not say it.
 *
 * <p>A picture comes out as a function of the frame alone.
 */
final class ToneMapping implements AutoCloseable {
    /** Light of diffuse white in HDR video (ITU-R BT.2408-7, section 2.2). */
    private static final double REFERENCE_WHITE_NITS = 203;

    /** Nominal peak of HLG (ITU-R BT.2100), and of most mastering displays. */
    private static final double PEAK_NITS = 1000;

    /** Share of reference white up to which light is left as it is: 61 cd/m2. */
    private static final double KNEE = 0.3;

    /** Place of what the base layer is compatible with (0: nothing) in FFmpeg's AVDOVIDecoderConfigurationRecord. */
    private static final int DOLBY_COMPATIBILITY = 7;

    private record Input(FilterGraph.Input picture, int transfer, int primaries) {}

    private @Nullable Input input;
    private @Nullable FilterGraph graph;

    static boolean isNeeded(AVFrame frame) {
        return isHdr(frame) || isWide(frame) || hasUncommonMatrix(frame);
    }

    private static boolean isHdr(AVFrame frame) {
        return frame.color_trc() == AVCOL_TRC_SMPTE2084 || frame.color_trc() == AVCOL_TRC_ARIB_STD_B67;
    }

    private static boolean isWide(AVFrame frame) {
        return switch (frame.color_primaries()) {
            case AVCOL_PRI_BT2020, AVCOL_PRI_SMPTE431, AVCOL_PRI_SMPTE432 -> true;
            default -> false;
        };
    }

    private static boolean hasUncommonMatrix(AVFrame frame) {
        return switch (frame.colorspace()) {
            case AVCOL_SPC_YCGCO, AVCOL_SPC_BT2020_CL, AVCOL_SPC_ICTCP -> true;
            default -> false;
        };
    }

    /**
     * Whether the stream is Dolby Vision of a profile whose pictures are in colours of its own (5), which nothing here knows; the
     * pictures of the other profiles are HDR10, HLG or SDR, as a base for what Dolby Vision adds.
     */
    static boolean isDolbyVisionAlone(AVCodecParameters stream) {
        AVPacketSideData all = stream.coded_side_data();
        if (all == null || all.isNull()) {
            return false;
        }
        AVPacketSideData found = av_packet_side_data_get(all, stream.nb_coded_side_data(), AV_PKT_DATA_DOVI_CONF);
        return found != null
                && !found.isNull()
                && found.size() > DOLBY_COMPATIBILITY
                && found.data().get(DOLBY_COMPATIBILITY) == 0;
    }

    /**
     * @return planar 8-bit RGB, valid until the next call
     * @throws VideoException if FFmpeg cannot convert such pictures
     */
    AVFrame map(AVFrame frame) {
        Input wanted = new Input(FilterGraph.Input.of(frame), frame.color_trc(), frame.color_primaries());
        FilterGraph built = graph;
        if (built == null || !wanted.equals(input)) {
            close();
            built = new FilterGraph(wanted.picture(), filters(frame));
            graph = built;
            input = wanted;
        }
        built.push(frame);
        AVFrame mapped = built.pull();
        if (mapped == null) {
            throw new IllegalStateException("a chain without a delay gave no picture for a picture");
        }
        return mapped;
    }

    /** zscale's numbers for matrices, primaries and transfers are those of ITU-T H.273, as FFmpeg's are. */
    private static String filters(AVFrame frame) {
        String in = "zscale=filter=bicubic:tin=" + transfer(frame) + ":pin=" + primaries(frame) + ":min="
                + matrix(frame) + ":rin=" + (isFullRange(frame) ? "full" : "limited") + ":p=bt709";
        if (!isHdr(frame)) {
            return in + ":t=bt709:r=full,format=gbrp";
        }
        return String.format(
                Locale.ROOT,
                "%s:t=linear:npl=%.0f,format=gbrpf32,tonemap=tonemap=mobius:param=%.2f:desat=0:peak=%.6f,"
                        + "zscale=t=bt709:r=full,format=gbrp",
                in,
                REFERENCE_WHITE_NITS,
                KNEE,
                PEAK_NITS / REFERENCE_WHITE_NITS);
    }

    private static int transfer(AVFrame frame) {
        return frame.color_trc() == AVCOL_TRC_UNSPECIFIED || frame.color_trc() == AVCOL_TRC_RESERVED0
                ? AVCOL_TRC_BT709
                : frame.color_trc();
    }

    private static int primaries(AVFrame frame) {
        if (frame.color_primaries() != AVCOL_PRI_UNSPECIFIED && frame.color_primaries() != AVCOL_PRI_RESERVED0) {
            return frame.color_primaries();
        }
        boolean wide = isHdr(frame) || frame.colorspace() == AVCOL_SPC_BT2020_CL;
        return wide ? AVCOL_PRI_BT2020 : AVCOL_PRI_BT709;
    }

    private static int matrix(AVFrame frame) {
        if (isRgb(frame)) {
            return AVCOL_SPC_RGB;
        }
        return switch (frame.colorspace()) {
            case AVCOL_SPC_BT709,
                    AVCOL_SPC_FCC,
                    AVCOL_SPC_BT470BG,
                    AVCOL_SPC_SMPTE170M,
                    AVCOL_SPC_SMPTE240M,
                    AVCOL_SPC_YCGCO,
                    AVCOL_SPC_BT2020_NCL,
                    AVCOL_SPC_BT2020_CL,
                    AVCOL_SPC_ICTCP -> frame.colorspace();
            default -> primaries(frame) == AVCOL_PRI_BT2020 ? AVCOL_SPC_BT2020_NCL : AVCOL_SPC_BT709;
        };
    }

    private static boolean isFullRange(AVFrame frame) {
        return isRgb(frame) ? frame.color_range() != AVCOL_RANGE_MPEG : frame.color_range() == AVCOL_RANGE_JPEG;
    }

    private static boolean isRgb(AVFrame frame) {
        return (av_pix_fmt_desc_get(frame.format()).flags() & AV_PIX_FMT_FLAG_RGB) != 0;
    }

    @Override
    public void close() {
        input = null;
        if (graph != null) {
            graph.close();
            graph = null;
        }
    }
}
