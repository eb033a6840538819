package io.sluice.image;

import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.RotatedRect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Finds the connected bright regions of a probability map, each as the smallest rotated rectangle around it. */
public final class TextContours {
    /** A map of noise has tens of thousands of regions; PaddleOCR looks at as many as this. */
    private static final int MOST_REGIONS = 1000;

    private TextContours() {}

    /**
     * @param corners x0, y0, ... x3, y3 in pixels of the map, clockwise from the top left
     * @param shortSide in pixels of the map
     * @param score mean probability inside the rectangle
     */
    public record Region(List<Double> corners, double shortSide, double score) {
        public Region {
            corners = List.copyOf(corners);
        }
    }

    /**
     * @param probability {@code width * height} numbers from 0 to 1, row by row
     * @param threshold a pixel above it belongs to a region
     * @param dilate whether regions are widened by a pixel first, which joins broken letters
     * @param minSide regions whose rectangle has a shorter side are left out
     */
    public static List<Region> find(
            FloatBuffer probability, int width, int height, double threshold, boolean dilate, double minSide) {
        try (PointerScope scope = new PointerScope()) {
            Mat map = new Mat(height, width, opencv_core.CV_32FC1, new FloatPointer(probability));
            Mat above = new Mat();
            opencv_imgproc.threshold(map, above, threshold, 255, opencv_imgproc.THRESH_BINARY);
            Mat mask = new Mat();
            above.convertTo(mask, opencv_core.CV_8U);
            if (dilate) {
                opencv_imgproc.dilate(
                        mask, mask, opencv_imgproc.getStructuringElement(opencv_imgproc.MORPH_RECT, new Size(2, 2)));
            }
            MatVector contours = new MatVector();
            opencv_imgproc.findContours(mask, contours, opencv_imgproc.RETR_LIST, opencv_imgproc.CHAIN_APPROX_SIMPLE);
            List<Region> regions = new ArrayList<>();
            for (long i = 0; i < Math.min(contours.size(), MOST_REGIONS); i++) {
                RotatedRect rectangle = opencv_imgproc.minAreaRect(contours.get(i));
                double shortSide =
                        Math.min(rectangle.size().width(), rectangle.size().height());
                if (shortSide >= minSide) {
                    List<Double> corners = corners(rectangle);
                    regions.add(new Region(corners, shortSide, score(map, corners)));
                }
            }
            return regions;
        }
    }

    private static List<Double> corners(RotatedRect rectangle) {
        Point2f points = new Point2f(4L);
        rectangle.points(points);
        double[][] corners = new double[4][];
        for (int i = 0; i < 4; i++) {
            Point2f point = points.getPointer(i);
            corners[i] = new double[] {point.x(), point.y()};
        }
        return clockwise(corners);
    }

    /** Of the two leftmost the upper one comes first, then the upper and the lower of the others, then the lower left. */
    private static List<Double> clockwise(double[][] corners) {
        Arrays.sort(corners, Comparator.comparingDouble(corner -> corner[0]));
        double[] topLeft = corners[1][1] > corners[0][1] ? corners[0] : corners[1];
        double[] bottomLeft = topLeft == corners[0] ? corners[1] : corners[0];
        double[] topRight = corners[3][1] > corners[2][1] ? corners[2] : corners[3];
        double[] bottomRight = topRight == corners[2] ? corners[3] : corners[2];
        return List.of(
                topLeft[0],
                topLeft[1],
                topRight[0],
                topRight[1],
                bottomRight[0],
                bottomRight[1],
                bottomLeft[0],
                bottomLeft[1]);
    }

    private static double score(Mat map, List<Double> corners) {
        int left = inside(Math.floor(min(corners, 0)), map.cols());
        int right = inside(Math.ceil(max(corners, 0)), map.cols());
        int top = inside(Math.floor(min(corners, 1)), map.rows());
        int bottom = inside(Math.ceil(max(corners, 1)), map.rows());
        int[] polygon = new int[8];
        for (int i = 0; i < 8; i += 2) {
            polygon[i] = (int) (corners.get(i) - left);
            polygon[i + 1] = (int) (corners.get(i + 1) - top);
        }
        Mat mask = new Mat(bottom - top + 1, right - left + 1, opencv_core.CV_8UC1, new Scalar(0));
        Mat points = new Mat(4, 1, opencv_core.CV_32SC2, new IntPointer(polygon));
        opencv_imgproc.fillPoly(mask, new MatVector(points), new Scalar(1));
        Mat region = new Mat(map, new Rect(left, top, right - left + 1, bottom - top + 1));
        return opencv_core.mean(region, mask).get(0);
    }

    private static double min(List<Double> corners, int axis) {
        double min = Double.MAX_VALUE;
        for (int i = axis; i < corners.size(); i += 2) {
            min = Math.min(min, corners.get(i));
        }
        return min;
    }

    private static double max(List<Double> corners, int axis) {
        double max = -Double.MAX_VALUE;
        for (int i = axis; i < corners.size(); i += 2) {
            max = Math.max(max, corners.get(i));
        }
        return max;
    }

    private static int inside(double position, int size) {
        return (int) Math.min(Math.max(position, 0), size - 1);
    }
}
