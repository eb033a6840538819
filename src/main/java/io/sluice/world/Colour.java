package io.sluice.world;

/** Colour words. Each stands for several values, of which every {@link Look} has its own. */
public enum Colour {
    BLACK("black", 0x26262a, 0x1d2026, 0x2b2724, 0x222222, 0x191b1f, 0x2a2a30),
    GREY("grey", 0x8a8d90, 0x75787d, 0x9a9893, 0x808488, 0x96999e, 0x6f7276),
    WHITE("white", 0xeeece6, 0xf4f4f2, 0xe9e6de, 0xf1eeea, 0xe8eaec, 0xf6f3ec),
    BROWN("brown", 0x7a4a28, 0x8b5a34, 0x673c20, 0x84502e, 0x6e4526, 0x935f38),
    RED("red", 0xb3261e, 0xc8372c, 0x9c1f24, 0xbd3030, 0xa8201a, 0xd04038),
    ORANGE("orange", 0xe07a1f, 0xd96a1b, 0xea8a2e, 0xdd7414, 0xe5842a, 0xd06618),
    YELLOW("yellow", 0xe8c028, 0xf0ca3a, 0xdcb322, 0xe3b81c, 0xf2d044, 0xdfbd30),
    GREEN("green", 0x2f7d46, 0x3f8f4f, 0x24683c, 0x37864a, 0x2a7050, 0x4a9a50),
    BLUE("blue", 0x2b57a5, 0x3b6cc0, 0x234a8c, 0x315fb0, 0x2450a0, 0x4578c8);

    private final String word;
    private final int[] values;

    Colour(String word, int... values) {
        this.word = word;
        this.values = values;
    }

    public String word() {
        return word;
    }

    /** The values (0xRRGGBB, sRGB) that the word stands for in a look. */
    int[] values(Look look) {
        int half = values.length / 2;
        return java.util.Arrays.copyOfRange(
                values, look == Look.TRAINING ? 0 : half, look == Look.TRAINING ? half : values.length);
    }

    /** A value of the word, a little off, as paint and cloth are; more so in the training look, so that it teaches the word. */
    int shade(Look look, Dice dice) {
        int[] all = values(look);
        int value = all[dice.below(all.length)];
        boolean wide = look == Look.TRAINING;
        double bright = wide ? dice.between(0.88, 1.12) : dice.between(0.94, 1.06);
        double off = wide ? 9 : 5;
        int r = jitter(value >> 16 & 255, bright, off, dice);
        int g = jitter(value >> 8 & 255, bright, off, dice);
        int b = jitter(value & 255, bright, off, dice);
        return r << 16 | g << 8 | b;
    }

    private static int jitter(int value, double bright, double off, Dice dice) {
        return (int) Math.min(255, Math.max(0, value * bright + dice.between(-off, off)));
    }
}
