package io.sluice.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * JPEG and PNG to pixels and back. Pixels come as they lie in the file: an orientation in EXIF is not applied, because frames
 * are stored upright. Grey, palette and alpha pictures become BGR, without alpha.
 */
public final class ImageCodec {
    private static final String JPEG_START = "\u00ff\u00d8\u00ff";
    private static final String JPEG_SCAN = "\u00ff\u00da";
    private static final String JPEG_END = "\u00ff\u00d9";
    private static final String PNG_START = "\u0089PNG\r\n\u001a\n";
    private static final String PNG_END = "IEND\u00aeB`\u0082";

    private ImageCodec() {}

    /**
     * @param jpegOrPng a complete file
     * @throws ImageFormatException if it is neither, was cut short, or cannot be decoded
     */
    public static Image decode(byte[] jpegOrPng) {
        return decode(jpegOrPng, opencv_imgcodecs.IMREAD_COLOR | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
    }

    /**
     * As {@link #decode}, turned as its EXIF says: for pictures that come from a person.
     *
     * @throws ImageFormatException as {@link #decode} does
     */
    public static Image decodeUpright(byte[] jpegOrPng) {
        return decode(jpegOrPng, opencv_imgcodecs.IMREAD_COLOR);
    }

    private static Image decode(byte[] jpegOrPng, int how) {
        requireComplete(jpegOrPng);
        try (PointerScope scope = new PointerScope()) {
            Mat decoded;
            try {
                decoded = opencv_imgcodecs.imdecode(Mats.of(1, jpegOrPng.length, opencv_core.CV_8UC1, jpegOrPng), how);
            } catch (RuntimeException e) {
                throw new ImageFormatException("picture of " + jpegOrPng.length + " bytes: " + e.getMessage(), e);
            }
            if (decoded.empty()) {
                throw new ImageFormatException("picture of " + jpegOrPng.length + " bytes cannot be decoded");
            }
            return Mats.image(decoded);
        }
    }

    /** @param quality 1 to 100 */
    public static byte[] jpeg(Image image, int quality) {
        if (quality < 1 || quality > 100) {
            throw new IllegalArgumentException("JPEG quality " + quality + ": 1 to 100 is allowed");
        }
        return encode(image, ".jpg", opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    /** Lossless: decoding gives the same pixels. */
    public static byte[] png(Image image) {
        // OpenCV's own choice of filter and level: 6 % larger than level 3 for a quarter of the time.
        return encode(image, ".png");
    }

    private static byte[] encode(Image image, String extension, int... parameters) {
        try (PointerScope scope = new PointerScope()) {
            BytePointer encoded = new BytePointer();
            if (!opencv_imgcodecs.imencode(extension, Mats.of(image), encoded, new IntPointer(parameters))) {
                throw new IllegalStateException(
                        "picture of " + image.width() + "x" + image.height() + " cannot be encoded as " + extension);
            }
            byte[] bytes = new byte[Math.toIntExact(encoded.limit())];
            encoded.get(bytes);
            return bytes;
        }
    }

    /** Decoders fill the rest of a file that was cut short with grey and say nothing. */
    private static void requireComplete(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        if (text.startsWith(JPEG_START)) {
            // Behind the last start of a scan, the end marker cannot be part of compressed data.
            if (text.lastIndexOf(JPEG_END) <= text.lastIndexOf(JPEG_SCAN)) {
                throw new ImageFormatException("JPEG picture of " + bytes.length + " bytes was cut short");
            }
        } else if (text.startsWith(PNG_START)) {
            if (!text.contains(PNG_END)) {
                throw new ImageFormatException("PNG picture of " + bytes.length + " bytes was cut short");
            }
        } else {
            throw new ImageFormatException(bytes.length + " bytes are no picture: a JPEG or PNG file is required");
        }
    }
}
