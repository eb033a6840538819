package io.sluice.stage.aesthetic;

import io.sluice.frame.Annotation;
import io.sluice.image.Blocking;
import io.sluice.image.Clarity;
import io.sluice.image.Image;
import io.sluice.image.Scales;
import io.sluice.model.Model;
import java.util.List;

/**
 * Technical quality of a photo, 0 to 10, without weights: 10 times the product of six factors from 0 to 1.
 *
 * <ul>
 *   <li>sharpness: {@code 1.6 c / (c + 0.5)}, at most 1, of the edges' {@link Clarity} c at a long side of 768 pixels
 *   <li>exposure: 1 for a mean luma of 85 to 115, {@code exp(-stops² / 0.8)} by the doublings beyond; divided by
 *       {@code 1 + 0.5 h}, where h is the mean square of how far the brightest channel rises from 190 (0) to 255 (1)
 *   <li>contrast: {@code sqrt(1 - exp(-deviation / (0.2 r)))}, with {@code r = sqrt(100 * mean)}: that dark pictures have small
 *       deviations is half forgiven
 *   <li>colourfulness M of Hasler and Süsstrunk (2003): {@code sqrt(1 - exp(-(M / r + 0.15) / 0.3))}; grey pictures keep 0.63
 *   <li>noise of n levels at full size: {@code 1 / (1 + (n / 16)²)}
 *   <li>blocks of compression at full size: {@code exp(-0.8 b)} of {@link Blocking} b, at most 1.5
 * </ul>
 *
 * <p>Light and colour are taken from a thumbnail of 128 pixels, so that noise is no colour and detail no contrast. The constants
 * are those of a grid for which the scores of ten Kodak photos fall along ladders of blur (1, 2, 4 pixels), noise (5, 10, 20
 * levels), JPEG (quality 60, 30, 10), and one to three stops over and under. It knows nothing of content or composition; a
 * night scene is dark to it, and one that is lit up by a stop scores higher.
 */
public final class PhotographicQuality implements Model<Image, Double> {
    private static final int WORKING_SIDE = 768;
    private static final int THUMBNAIL_SIDE = 128;

    /** JPEG of quality 10 has about 1; more than this is a pattern that happens to lie on the grid. */
    private static final double MOST_BLOCKING = 1.5;

    @Override
    public List<Double> infer(List<Image> batch) {
        return batch.stream().map(PhotographicQuality::score).toList();
    }

    @Override
    public String id() {
        return "photographic-quality";
    }

    @Override
    public String sha256() {
        return "photographic-quality-1";
    }

    /** Rounded to 1e-4. */
    static double score(Image image) {
        Scales scales = Scales.of(image, WORKING_SIDE, THUMBNAIL_SIDE);
        double wholeNoise = Clarity.noise(scales.luma());
        double clarity = Clarity.of(scales, wholeNoise).clarity();
        double noise = wholeNoise / 16;
        double product = Math.min(1, 1.6 * clarity / (clarity + 0.5))
                * Light.of(scales.thumbnail()).factor()
                / (1 + noise * noise)
                * Math.exp(-0.8 * Math.min(MOST_BLOCKING, Blocking.of(scales.luma())));
        return Annotation.round(10 * product);
    }

    /**
     * @param mean of luma, 0 to 255
     * @param deviation of luma
     * @param glare mean square of the brightest channel's rise above 190, 0 to 1
     */
    private record Light(double mean, double deviation, double colourfulness, double glare) {

        static Light of(Image image) {
            byte[] bgr = image.bgr();
            Moments luma = new Moments();
            Moments redGreen = new Moments();
            Moments yellowBlue = new Moments();
            double glare = 0;
            for (int i = 0; i < bgr.length; i += 3) {
                int blue = bgr[i] & 0xff;
                int green = bgr[i + 1] & 0xff;
                int red = bgr[i + 2] & 0xff;
                luma.add(0.299 * red + 0.587 * green + 0.114 * blue);
                redGreen.add(red - green);
                yellowBlue.add(0.5 * (red + green) - blue);
                double rise = Math.max(0, Math.max(red, Math.max(green, blue)) - 190) / 65.0;
                glare += rise * rise;
            }
            return new Light(
                    luma.mean(),
                    luma.deviation(),
                    Math.hypot(redGreen.deviation(), yellowBlue.deviation())
                            + 0.3 * Math.hypot(redGreen.mean(), yellowBlue.mean()),
                    glare / (bgr.length / 3));
        }

        double factor() {
            double lit = Math.max(mean, 1);
            double stops = Math.max(0, Math.max(Math.log(lit / 115), Math.log(85 / lit)) / Math.log(2));
            double exposure = Math.exp(-stops * stops / 0.8) / (1 + 0.5 * glare);
            double reference = Math.sqrt(100 * lit);
            double contrast = Math.sqrt(1 - Math.exp(-deviation / reference / 0.2));
            double colour = Math.sqrt(1 - Math.exp(-(colourfulness / reference + 0.15) / 0.3));
            return exposure * contrast * colour;
        }
    }

    private static final class Moments {
        private int count;
        private double sum;
        private double squares;

        void add(double value) {
            count++;
            sum += value;
            squares += value * value;
        }

        double mean() {
            return sum / count;
        }

        double deviation() {
            return Math.sqrt(Math.max(0, squares / count - mean() * mean()));
        }
    }
}
