package io.sluice.video;

import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.ffmpeg.global.swscale;
import org.bytedeco.ffmpeg.swscale.SwsContext;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.jspecify.annotations.Nullable;

/**
 * Makes thumbnails of frames as they were decoded, of any pixel format: swscale takes the picture to a working size in one pass,
 * and what is measured is measured there.
 */
final class Thumbnails implements AutoCloseable {
    /** Longer side of the working size: blur of a few pixels of an HD picture is still seen, at a tenth of its pixels. */
    private static final int WORKING_SIDE = 512;

    private record Shape(int width, int height, int format) {}

    private final boolean withClarity;
    private final Size side = new Size(Thumbnail.SIDE, Thumbnail.SIDE);
    private final Mat small = new Mat();
    private final Mat edges = new Mat();
    private final Mat mean = new Mat();
    private final Mat deviation = new Mat();
    private @Nullable Shape shape;
    private @Nullable SwsContext scaler;
    private @Nullable AVFrame working;

    /** @param withClarity whether thumbnails say how clear the frame is */
    Thumbnails(boolean withClarity) {
        this.withClarity = withClarity;
    }

    /** @throws VideoException if the frame's pixel format cannot be read */
    Thumbnail of(AVFrame frame) {
        AVFrame scaled = scale(frame);
        byte[][] planes = new byte[3][];
        double clarity = 0;
        for (int i = 0; i < planes.length; i++) {
            int shift = i == 0 ? 0 : 1;
            try (Mat plane = new Mat(
                    (scaled.height() + shift) >> shift,
                    (scaled.width() + shift) >> shift,
                    opencv_core.CV_8UC1,
                    scaled.data(i),
                    scaled.linesize(i))) {
                opencv_imgproc.resize(plane, small, side, 0, 0, opencv_imgproc.INTER_AREA);
                planes[i] = new byte[Thumbnail.SIDE * Thumbnail.SIDE];
                small.data().get(planes[i]);
                if (i == 0 && withClarity) {
                    clarity = clarity(plane);
                }
            }
        }
        return new Thumbnail(planes, clarity);
    }

    private double clarity(Mat luma) {
        opencv_imgproc.Laplacian(luma, edges, opencv_core.CV_16S);
        opencv_core.meanStdDev(edges, mean, deviation);
        double root = new DoublePointer(deviation.data()).get();
        return root * root;
    }

    private AVFrame scale(AVFrame frame) {
        Shape wanted = new Shape(frame.width(), frame.height(), frame.format());
        if (!wanted.equals(shape)) {
            release();
            prepare(wanted);
            shape = wanted;
        }
        AVFrame target = java.util.Objects.requireNonNull(working);
        int rows = swscale.sws_scale(
                scaler, frame.data(), frame.linesize(), 0, frame.height(), target.data(), target.linesize());
        if (rows != target.height()) {
            throw new VideoException("pictures in pixel format number " + frame.format() + " cannot be converted");
        }
        return target;
    }

    private void prepare(Shape wanted) {
        double scale = Math.min(1, (double) WORKING_SIDE / Math.max(wanted.width(), wanted.height()));
        AVFrame target = avutil.av_frame_alloc();
        working = target;
        target.format(avutil.AV_PIX_FMT_YUV420P)
                .width(even(wanted.width() * scale))
                .height(even(wanted.height() * scale));
        if (avutil.av_frame_get_buffer(target, 0) < 0) {
            throw new VideoException(
                    "a thumbnail of " + target.width() + "x" + target.height() + " does not fit into memory");
        }
        SwsContext made = swscale.sws_getContext(
                wanted.width(),
                wanted.height(),
                wanted.format(),
                target.width(),
                target.height(),
                target.format(),
                swscale.SWS_AREA,
                null,
                null,
                (DoublePointer) null);
        if (made == null || made.isNull()) {
            throw new VideoException("pictures in pixel format number " + wanted.format() + " cannot be converted");
        }
        scaler = made;
    }

    /** The nearest even number, at least 2. */
    private static int even(double length) {
        return Math.max(2, 2 * (int) Math.round(length / 2));
    }

    private void release() {
        shape = null;
        if (scaler != null) {
            swscale.sws_freeContext(scaler);
            scaler = null;
        }
        if (working != null) {
            avutil.av_frame_free(working);
            working = null;
        }
    }

    @Override
    public void close() {
        release();
        side.close();
        small.close();
        edges.close();
        mean.close();
        deviation.close();
    }
}
