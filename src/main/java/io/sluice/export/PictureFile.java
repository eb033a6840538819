package io.sluice.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the head of a picture's file says, without its pixels.
 *
 * @param extension that fits the content
 * @param rgb whether it has three channels of 8 bits
 * @param orientation of EXIF, 1 where it is upright or nothing is said
 * @param profile whether it brings a colour profile
 * @param quality of JPEG, 1 to 100, by its tables of quantization; empty for PNG
 */
record PictureFile(
        String extension, int width, int height, boolean rgb, int orientation, boolean profile, OptionalInt quality) {
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int MIN_QUALITY = 95;

    /** Luminance quantization of the JPEG standard, Annex K, in zigzag order or not: only its sum counts. */
    private static final int[] LUMINANCE = {
        16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29,
        51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121,
        120, 101, 72, 92, 95, 98, 112, 100, 103, 99
    };

    /** @throws IllegalArgumentException if it is neither JPEG nor PNG, or is cut off in its head */
    static PictureFile read(byte[] bytes) {
        try {
            if (bytes.length > 2 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8) {
                return jpeg(ByteBuffer.wrap(bytes));
            }
            if (bytes.length > PNG.length && Arrays.equals(bytes, 0, PNG.length, PNG, 0, PNG.length)) {
                return png(ByteBuffer.wrap(bytes));
            }
        } catch (IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the file is cut off in its head", e);
        }
        throw new IllegalArgumentException("neither JPEG nor PNG");
    }

    private static PictureFile jpeg(ByteBuffer file) {
        int at = 2;
        int orientation = 1;
        boolean profile = false;
        OptionalInt quality = OptionalInt.empty();
        while (true) {
            if (unsigned(file, at) != 0xff) {
                throw new IllegalArgumentException("a JPEG file whose head is damaged at byte " + at);
            }
            int marker = unsigned(file, at + 1);
            if (marker == 0xff) {
                at++;
                continue;
            }
            int length = file.getShort(at + 2) & 0xffff;
            int content = at + 4;
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                boolean rgb = unsigned(file, content) == 8 && unsigned(file, content + 5) == 3;
                return new PictureFile(
                        ".jpg",
                        file.getShort(content + 3) & 0xffff,
                        file.getShort(content + 1) & 0xffff,
                        rgb,
                        orientation,
                        profile,
                        quality);
            }
            if (marker == 0xda || marker == 0xd9) {
                throw new IllegalArgumentException("a JPEG file without a size");
            }
            if (marker == 0xe1 && begins(file, content, "Exif\0\0")) {
                orientation = orientation(file, content + 6, length - 8);
            } else if (marker == 0xe2 && begins(file, content, "ICC_PROFILE\0")) {
                profile = true;
            } else if (marker == 0xdb && unsigned(file, content) == 0) {
                int sum = 0;
                for (int i = 1; i <= 64; i++) {
                    sum += unsigned(file, content + i);
                }
                quality = OptionalInt.of(quality(sum));
            }
            at += 2 + length;
        }
    }

    /** The quality at which the standard's table adds up to this most nearly. */
    private static int quality(int sum) {
        int best = 1;
        int least = Integer.MAX_VALUE;
        for (int quality = 1; quality <= 100; quality++) {
            int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
            int wanted = 0;
            for (int value : LUMINANCE) {
                wanted += Math.min(255, Math.max(1, (value * scale + 50) / 100));
            }
            if (Math.abs(wanted - sum) < least) {
                least = Math.abs(wanted - sum);
                best = quality;
            }
        }
        return best;
    }

    private static PictureFile png(ByteBuffer file) {
        int at = PNG.length;
        int width = 0;
        int height = 0;
        boolean rgb = false;
        boolean profile = false;
        int orientation = 1;
        while (at + 8 <= file.limit()) {
            int length = file.getInt(at);
            int content = at + 8;
            if (begins(file, at + 4, "IHDR")) {
                width = file.getInt(content);
                height = file.getInt(content + 4);
                rgb = unsigned(file, content + 8) == 8 && unsigned(file, content + 9) == 2;
            } else if (begins(file, at + 4, "iCCP")) {
                profile = true;
            } else if (begins(file, at + 4, "eXIf")) {
                orientation = orientation(file, content, length);
            }
            if (length < 0 || length > file.limit() - content) {
                throw new IllegalArgumentException("a PNG file that is cut off");
            }
            at = content + length + 4;
        }
        return new PictureFile(".png", width, height, rgb, orientation, profile, OptionalInt.empty());
    }

    /** @param at where the TIFF header stands */
    private static int orientation(ByteBuffer file, int at, int length) {
        ByteBuffer tiff = file.slice(at, length);
        tiff.order(begins(tiff, 0, "II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = tiff.getInt(4);
        int entries = tiff.getShort(directory) & 0xffff;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + 12 * i;
            if ((tiff.getShort(entry) & 0xffff) == 0x0112) {
                return tiff.getShort(entry + 8) & 0xffff;
            }
        }
        return 1;
    }

    private static boolean begins(ByteBuffer file, int at, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < wanted.length; i++) {
            if (file.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static int unsigned(ByteBuffer file, int at) {
        return file.get(at) & 0xff;
    }

    Buckets.Size size() {
        return new Buckets.Size(width, height);
    }

    /** What of it not every trainer takes as it is meant. */
    List<String> problems(String fileExtension) {
        List<String> problems = new ArrayList<>();
        if (!extension.equals(fileExtension)) {
            problems.add("is called " + fileExtension + " and holds what is called " + extension);
        }
        if (!rgb) {
            problems.add("does not have three channels of 8 bits");
        }
        if (orientation != 1) {
            problems.add("has the EXIF orientation " + orientation + ", which not every trainer applies");
        }
        if (profile) {
            problems.add("brings a colour profile, which trainers pass over: sRGB without one is safe");
        }
        if (quality.isPresent() && quality.getAsInt() < MIN_QUALITY) {
            problems.add("is JPEG of quality " + quality.getAsInt() + ", below " + MIN_QUALITY
                    + ": export.image.quality in the recipe");
        }
        return problems;
    }
}
