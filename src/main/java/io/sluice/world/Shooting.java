package io.sluice.world;

import org.jspecify.annotations.Nullable;

/**
 * How a frame is taken, apart from where.
 *
 * @param angle of the motion's direction in radians
 * @param gain of the exposure; 1 is normal
 * @param noise standard deviation in steps of 255
 * @param noiseSeed frames with the same have the same noise
 * @param vignette how much darker the corners are, 0 to 1
 */
record Shooting(
        FrameTruth.Blur blur,
        double angle,
        String exposure,
        double gain,
        double noise,
        long noiseSeed,
        double vignette,
        @Nullable Overlay subtitle,
        @Nullable Overlay watermark) {

    static final String NORMAL = "normal";
    static final String UNDER = "under";
    static final String OVER = "over";

    /**
     * Words that are burnt in.
     *
     * @param size height of a capital as a share of the picture's height
     * @param x where the words are, 0 left to 1 right
     * @param y where the words are, 0 at the top to 1 at the bottom
     * @param fill 0xRRGGBB
     * @param outline 0xRRGGBB around the letters; negative for none
     * @param box opacity of a dark box behind the letters
     * @param opacity of the letters
     */
    record Overlay(
            String words,
            Lettering lettering,
            double size,
            double x,
            double y,
            int fill,
            int outline,
            double box,
            double opacity) {

        static Overlay subtitle(Look look, Dice dice) {
            boolean yellow = dice.chance(0.25);
            int style = dice.below(3);
            return new Overlay(
                    Words.sentence(look, dice),
                    Lettering.any(look, dice),
                    dice.between(0.04, 0.058),
                    0.5,
                    dice.between(0.88, 0.93),
                    yellow ? 0xf2dc4a : 0xf6f6f2,
                    style == 1 ? -1 : 0x101010,
                    style == 1 ? 0.65 : 0,
                    1);
        }

        /** @param top whether it must not stand at the bottom, where subtitles are */
        static Overlay watermark(Look look, Dice dice, boolean top) {
            return new Overlay(
                    Words.mark(look, dice),
                    Lettering.any(look, dice),
                    dice.between(0.04, 0.07),
                    dice.chance(0.6) ? 0.96 : 0.04,
                    dice.chance(0.7) || top ? 0.1 : 0.94,
                    dice.of(0xffffff, 0xffffff, 0xf0e060, 0xe04030, 0x60b0ff),
                    dice.chance(0.3) ? 0x202020 : -1,
                    0,
                    dice.between(0.55, 0.95));
        }
    }

    static Shooting plain(long noiseSeed) {
        return new Shooting(FrameTruth.Blur.NONE, 0, NORMAL, 1, 0, noiseSeed, 0.18, null, null);
    }

    /** Drawn anew for each picture of a training set. */
    static Shooting random(Look look, Dice dice, int height) {
        FrameTruth.Blur blur = FrameTruth.Blur.NONE;
        double scale = height / 360.0;
        double draw = dice.unit();
        if (draw < 0.12) {
            blur = new FrameTruth.Blur("motion", dice.between(5, 20) * scale);
        } else if (draw < 0.24) {
            blur = new FrameTruth.Blur("defocus", dice.between(1.8, 6) * scale);
        }
        String exposure = NORMAL;
        double gain = dice.between(0.8, 1.2);
        draw = dice.unit();
        if (draw < 0.07) {
            exposure = UNDER;
            gain = dice.between(0.05, 0.16);
        } else if (draw < 0.14) {
            exposure = OVER;
            gain = dice.between(2.8, 5);
        }
        Overlay subtitle = dice.chance(0.3) ? Overlay.subtitle(look, dice) : null;
        Overlay mark = dice.chance(0.25) ? Overlay.watermark(look, dice, subtitle != null) : null;
        return new Shooting(
                blur,
                dice.between(0, StrictMath.PI),
                exposure,
                gain,
                dice.chance(0.2) ? 0 : dice.between(0.5, 7),
                dice.next(),
                dice.between(0, 0.4),
                subtitle,
                mark);
    }
}
