package io.sluice.video;

import static org.bytedeco.ffmpeg.global.avutil.*;
import static org.bytedeco.ffmpeg.global.swscale.*;

import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.jspecify.annotations.Nullable;

/**
 * Decoded frames to pictures as a person sees them: 8-bit BGR, square pixels, upright. The steps, in order: (here belong
 * deinterlacing and tone mapping, on the decoder's pixels) colour matrix, range and depth together with the scaling to square
 * pixels in one pass of swscale, the interleaving, then the orientation (and here, on upright pixels, the cropping of black
 * bars).
 *
 * <p>swscale writes planes, which its vector code does with full chroma: straight to interleaved pixels it takes 22 in place of
 * 7 ms for a picture of 1920x1080.
 */
final class Rendering implements AutoCloseable {
    /** Rows start at multiples of this, which swscale's vector code likes and some of it needs. */
    private static final int ROW_ALIGNMENT = 64;

    /** Bytes after the last row that vector code may touch. */
    private static final int OVERHANG = 64;

    /** A pixel longer than this is a lie of the container; anamorphic video is between 8:15 and 64:27. */
    private static final double MAX_PIXEL_ASPECT = 8;

    private static final int NINE = 9;

    /** FFmpeg's planes are green, blue and red, in this order. */
    private static final int[] PLACE_IN_BGR = {1, 0, 2};

    /** Size of a picture before and after the orientation. */
    record Shape(int scaledWidth, int scaledHeight, Orientation orientation) {
        int width() {
            return orientation.transpose() ? scaledHeight : scaledWidth;
        }

        int height() {
            return orientation.transpose() ? scaledWidth : scaledHeight;
        }
    }

    /** What swscale was set up for. */
    private record Conversion(
            int width, int height, int format, boolean fullRange, int matrix, int scaledWidth, int scaledHeight) {}

    private final AVFormatContext container;
    private final AVStream stream;
    private final DecoderLimits limits;
    private final int @Nullable [] displayMatrix;
    private @Nullable Conversion conversion;
    private @Nullable SwsContext scaler;
    private @Nullable Pointer pixels;
    private final MatVector planes = new MatVector(3);
    private final Mat picture = new Mat();
    private final Mat transposed = new Mat();
    private final Mat mirrored = new Mat();
    private final PointerPointer<Pointer> target = new PointerPointer<>(4);
    private final IntPointer targetStride = new IntPointer(4);

    Rendering(AVFormatContext container, AVStream stream, DecoderLimits limits) {
        this.container = container;
        this.stream = stream;
        this.limits = limits;
        this.displayMatrix = displayMatrix(stream);
    }

    /** The container's display matrix; null if it has none. */
    static int @Nullable [] displayMatrix(AVStream stream) {
        AVPacketSideData all = stream.codecpar().coded_side_data();
        if (all == null || all.isNull()) {
            return null;
        }
        AVPacketSideData found = avcodec.av_packet_side_data_get(
                all, stream.codecpar().nb_coded_side_data(), avcodec.AV_PKT_DATA_DISPLAYMATRIX);
        return found == null || found.isNull() || found.size() < NINE * Integer.BYTES ? null : nine(found.data());
    }

    private static int[] nine(BytePointer bytes) {
        int[] matrix = new int[NINE];
        new IntPointer(bytes).get(matrix);
        return matrix;
    }

    /**
     * @throws VideoException if the picture as displayed has more pixels than are allowed
     */
    Shape shape(AVFrame frame) {
        double aspect = pixelAspect(frame);
        int width = Math.max(1, (int) Math.round(frame.width() * aspect));
        if ((long) width * frame.height() > limits.maxPixels()) {
            throw new VideoException("pictures of " + width + "x" + frame.height() + " as displayed: "
                    + limits.maxPixels() + " pixels are allowed");
        }
        return new Shape(width, frame.height(), orientation(frame));
    }

    /** Width of a pixel over its height; 1 if that is not said or absurd. */
    private double pixelAspect(AVFrame frame) {
        try (AVRational ratio = avformat.av_guess_sample_aspect_ratio(container, stream, frame)) {
            double aspect = ratio.den() == 0 ? 0 : (double) ratio.num() / ratio.den();
            return aspect >= 1 / MAX_PIXEL_ASPECT && aspect <= MAX_PIXEL_ASPECT ? aspect : 1;
        }
    }

    private Orientation orientation(AVFrame frame) {
        if (displayMatrix != null) {
            return Orientation.of(displayMatrix);
        }
        AVFrameSideData side = av_frame_get_side_data(frame, AV_FRAME_DATA_DISPLAYMATRIX);
        return side == null || side.isNull() || side.size() < NINE * Integer.BYTES
                ? Orientation.UPRIGHT
                : Orientation.of(nine(side.data()));
    }

    /** As {@link #render(AVFrame, AVFrame, AVFrame)} without neighbours. */
    Mat render(AVFrame frame) {
        return render(null, frame, null);
    }

    /**
     * The frame as a picture, valid until the next call. It depends on these three frames and on nothing else.
     *
     * @param previous the frame shown before; null if there is none or it is not known
     * @param next the frame shown after; null if there is none or it is not known
     */
    Mat render(@Nullable AVFrame previous, AVFrame frame, @Nullable AVFrame next) {
        Shape shape = shape(frame);
        prepare(frame, shape);
        int rows = sws_scale(scaler, frame.data(), frame.linesize(), 0, frame.height(), target, targetStride);
        if (rows != shape.scaledHeight()) {
            throw new VideoException("pictures in pixel format " + formatName(frame) + " cannot be converted");
        }
        opencv_core.merge(planes, picture);
        return upright(shape.orientation());
    }

    private Mat upright(Orientation orientation) {
        Mat result = picture;
        if (orientation.transpose()) {
            opencv_core.transpose(result, transposed);
            result = transposed;
        }
        if (orientation.mirrorHorizontally() || orientation.mirrorVertically()) {
            int both = -1;
            int code = orientation.mirrorHorizontally() ? (orientation.mirrorVertically() ? both : 1) : 0;
            opencv_core.flip(result, mirrored, code);
            result = mirrored;
        }
        return result;
    }

    private void prepare(AVFrame frame, Shape shape) {
        Conversion wanted = new Conversion(
                frame.width(),
                frame.height(),
                withoutRange(frame.format()),
                frame.color_range() == AVCOL_RANGE_JPEG || withoutRange(frame.format()) != frame.format(),
                matrix(frame),
                shape.scaledWidth(),
                shape.scaledHeight());
        if (wanted.equals(conversion)) {
            return;
        }
        release();
        SwsContext made = sws_getContext(
                wanted.width(),
                wanted.height(),
                wanted.format(),
                wanted.scaledWidth(),
                wanted.scaledHeight(),
                AV_PIX_FMT_GBRP,
                SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT,
                null,
                null,
                (DoublePointer) null);
        if (made == null || made.isNull()) {
            throw new VideoException("pictures in pixel format " + formatName(frame) + " cannot be converted");
        }
        scaler = made;
        IntPointer coefficients = sws_getCoefficients(wanted.matrix());
        int one = 1 << 16;
        sws_setColorspaceDetails(made, coefficients, wanted.fullRange() ? 1 : 0, coefficients, 1, 0, one, one);
        int stride = (wanted.scaledWidth() + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
        long plane = (long) stride * wanted.scaledHeight() + OVERHANG;
        Pointer memory = av_malloc(3 * plane);
        if (memory == null || memory.isNull()) {
            throw new VideoException(
                    "pictures of " + wanted.scaledWidth() + "x" + wanted.scaledHeight() + " do not fit into memory");
        }
        pixels = memory;
        BytePointer bytes = new BytePointer(memory);
        for (int i = 0; i < 3; i++) {
            BytePointer start = bytes.getPointer(i * plane);
            target.put(i, start);
            targetStride.put(i, stride);
            try (Mat mat = new Mat(wanted.scaledHeight(), wanted.scaledWidth(), opencv_core.CV_8UC1, start, stride)) {
                planes.put(PLACE_IN_BGR[i], mat);
            }
        }
        conversion = wanted;
    }

    /** FFmpeg's old formats that say full range by their name, which swscale wants said apart. */
    private static int withoutRange(int format) {
        return switch (format) {
            case AV_PIX_FMT_YUVJ420P -> AV_PIX_FMT_YUV420P;
            case AV_PIX_FMT_YUVJ422P -> AV_PIX_FMT_YUV422P;
            case AV_PIX_FMT_YUVJ444P -> AV_PIX_FMT_YUV444P;
            case AV_PIX_FMT_YUVJ440P -> AV_PIX_FMT_YUV440P;
            case AV_PIX_FMT_YUVJ411P -> AV_PIX_FMT_YUV411P;
            default -> format;
        };
    }

    /** The colour matrix as said; else as players guess: BT.709 for HD, BT.601 for less. */
    private static int matrix(AVFrame frame) {
        return switch (frame.colorspace()) {
            case AVCOL_SPC_BT709 -> SWS_CS_ITU709;
            case AVCOL_SPC_FCC -> SWS_CS_FCC;
            case AVCOL_SPC_BT470BG, AVCOL_SPC_SMPTE170M -> SWS_CS_ITU601;
            case AVCOL_SPC_SMPTE240M -> SWS_CS_SMPTE240M;
            case AVCOL_SPC_BT2020_NCL, AVCOL_SPC_BT2020_CL -> SWS_CS_BT2020;
            default -> {
                if (frame.color_primaries() == AVCOL_PRI_BT2020) {
                    yield SWS_CS_BT2020;
                }
                yield frame.width() >= 1280 || frame.height() > 576 ? SWS_CS_ITU709 : SWS_CS_ITU601;
            }
        };
    }

    private static String formatName(AVFrame frame) {
        BytePointer name = av_get_pix_fmt_name(frame.format());
        return name == null || name.isNull() ? "number " + frame.format() : name.getString();
    }

    private void release() {
        conversion = null;
        if (scaler != null) {
            sws_freeContext(scaler);
            scaler = null;
        }
        if (pixels != null) {
            av_free(pixels);
            pixels = null;
        }
    }

    @Override
    public void close() {
        release();
        planes.close();
        picture.close();
        transposed.close();
        mirrored.close();
        target.close();
        targetStride.close();
    }
}
