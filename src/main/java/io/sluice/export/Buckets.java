package io.sluice.export;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The sizes that kohya's trainer scales and crops pictures to, and which of them a picture gets: by the rules of its
 * {@code make_bucket_resolutions} and {@code BucketManager.select_bucket}. Immutable.
 */
public final class Buckets {
    private static final double HALF = 0.5;

    private final BucketSettings settings;
    private final List<Size> sizes;

    /** In pixels. */
    public record Size(int width, int height) {
        /** By width, then height. */
        static final Comparator<Size> ORDER =
                Comparator.comparingInt(Size::width).thenComparingInt(Size::height);

        long area() {
            return (long) width * height;
        }

        double aspect() {
            return (double) width / height;
        }

        @Override
        public String toString() {
            return width + "x" + height;
        }
    }

    /**
     * What becomes of a picture.
     *
     * @param bucket its size at last
     * @param scaled its size after scaling, before what juts out is cropped, the same on both sides
     * @param scale scaled by original, above 1 where it is enlarged
     */
    public record Placement(Size bucket, Size scaled, double scale) {
        /** Share of the scaled picture that is cut off, 0 to 1. */
        public double cropped() {
            return 1 - (double) bucket.area() / scaled.area();
        }

        /** Whether a trainer can use it: no side is 0. */
        public boolean isUsable() {
            return bucket.area() > 0;
        }
    }

    public Buckets(BucketSettings settings) {
        this.settings = settings;
        this.sizes = sizes(settings);
    }

    private static List<Size> sizes(BucketSettings settings) {
        int step = settings.step();
        Set<Size> sizes = new TreeSet<>(Size.ORDER);
        int square = (int) Math.floor(Math.sqrt(settings.area()) / step) * step;
        sizes.add(new Size(square, square));
        for (int width = settings.min(); width <= settings.max(); width += step) {
            int height = (int) Math.min(settings.max(), settings.area() / width / step * step);
            if (height >= settings.min()) {
                sizes.add(new Size(width, height));
                sizes.add(new Size(height, width));
            }
        }
        return List.copyOf(sizes);
    }

    /** By width, then height. Where pictures are not enlarged, others may be used. */
    public List<Size> sizes() {
        return sizes;
    }

    public BucketSettings settings() {
        return settings;
    }

    /** What becomes of a picture of this size. */
    public Placement place(int width, int height) {
        Size picture = new Size(width, height);
        return settings.upscales() ? filling(picture) : within(picture);
    }

    private Placement filling(Size picture) {
        Size bucket = sizes.contains(picture) ? picture : nearest(picture);
        double scale = picture.aspect() > bucket.aspect()
                ? (double) bucket.height() / picture.height()
                : (double) bucket.width() / picture.width();
        return new Placement(
                bucket, new Size(rounded(picture.width() * scale), rounded(picture.height() * scale)), scale);
    }

    /** The first of those whose aspect differs least. */
    private Size nearest(Size picture) {
        Size best = sizes.get(0);
        for (Size size : sizes) {
            if (Math.abs(size.aspect() - picture.aspect()) < Math.abs(best.aspect() - picture.aspect())) {
                best = size;
            }
        }
        return best;
    }

    /** Without enlarging: the bucket is cut out of the picture, which is scaled down only where its area is too large. */
    private Placement within(Size picture) {
        Size scaled = picture.area() > settings.area() ? shrunk(picture.aspect()) : picture;
        int step = settings.step();
        Size bucket = new Size(scaled.width() / step * step, scaled.height() / step * step);
        return new Placement(bucket, scaled, (double) scaled.width() / picture.width());
    }

    /** One side a multiple of the step, the one with which the other side's rounding changes the aspect less. */
    private Size shrunk(double aspect) {
        double exact = Math.sqrt(settings.area() * aspect);
        int width = stepped(exact);
        int height = stepped(settings.area() / exact);
        double byWidth = (double) width / stepped(width / aspect);
        double byHeight = (double) stepped(height * aspect) / height;
        return Math.abs(byWidth - aspect) < Math.abs(byHeight - aspect)
                ? new Size(width, rounded(width / aspect))
                : new Size(rounded(height * aspect), height);
    }

    private int stepped(double side) {
        int rounded = rounded(side);
        return rounded - rounded % settings.step();
    }

    private static int rounded(double side) {
        return (int) (side + HALF);
    }

    /** What becomes of pictures of these sizes, by bucket in order of its size. */
    public List<Row> table(List<Size> pictures) {
        List<Size> used = new ArrayList<>();
        List<Placement> placements = pictures.stream()
                .map(size -> place(size.width(), size.height()))
                .toList();
        placements.stream().map(Placement::bucket).distinct().sorted(Size.ORDER).forEach(used::add);
        return used.stream()
                .map(bucket -> Row.of(
                        bucket,
                        placements.stream()
                                .filter(placement -> placement.bucket().equals(bucket))
                                .toList()))
                .toList();
    }

    /**
     * The pictures in a bucket.
     *
     * @param meanCropped and mostCropped shares that are cut off, 0 to 1
     * @param enlarged how many are
     * @param mostEnlarged by what at most; 1 where none is
     */
    public record Row(
            Size bucket, int pictures, double meanCropped, double mostCropped, int enlarged, double mostEnlarged) {
        private static Row of(Size bucket, List<Placement> placements) {
            double sum = 0;
            double most = 0;
            int enlarged = 0;
            double mostEnlarged = 1;
            for (Placement placement : placements) {
                sum += placement.cropped();
                most = Math.max(most, placement.cropped());
                if (placement.scale() > 1) {
                    enlarged++;
                    mostEnlarged = Math.max(mostEnlarged, placement.scale());
                }
            }
            return new Row(bucket, placements.size(), sum / placements.size(), most, enlarged, mostEnlarged);
        }
    }
}
