package io.sluice.video;

import io.sluice.frame.ImageRef;
import io.sluice.recipe.Recipe;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Pictures to JPEG or PNG. */
final class Encoder implements AutoCloseable {
    /** zlib's fastest: level 9 saves a tenth of the bytes for ten times the time. */
    private static final int PNG_LEVEL = 1;

    private final Recipe.Encoding encoding;
    private final IntPointer parameters;

    Encoder(Recipe.Encoding encoding, int quality) {
        this.encoding = encoding;
        this.parameters = encoding == Recipe.Encoding.PNG
                ? new IntPointer(opencv_imgcodecs.IMWRITE_PNG_COMPRESSION, PNG_LEVEL)
                : new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    }

    String mediaType() {
        return encoding == Recipe.Encoding.PNG ? ImageRef.PNG : ImageRef.JPEG;
    }

    /** @return the encoded bytes, which are the caller's to close */
    BytePointer encode(Mat picture) {
        BytePointer bytes = new BytePointer();
        String extension = encoding == Recipe.Encoding.PNG ? ".png" : ".jpg";
        if (!opencv_imgcodecs.imencode(extension, picture, bytes, parameters)) {
            bytes.close();
            throw new VideoException(
                    "pictures of " + picture.cols() + "x" + picture.rows() + " cannot be encoded as " + mediaType());
        }
        return bytes;
    }

    @Override
    public void close() {
        parameters.close();
    }
}
