package io.sluice.model.inpaint;

import io.sluice.image.Image;
import java.nio.ByteBuffer;

/** Between interleaved BGR and three planes of bytes, red first. */
final class Colours {
    private Colours() {}

    static void toPlanes(Image image, ByteBuffer planes) {
        int plane = image.width() * image.height();
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                planes.put(channel * plane + i, image.bgr()[3 * i + 2 - channel]);
            }
        }
    }

    static Image toImage(ByteBuffer planes, int width, int height) {
        int plane = width * height;
        byte[] bgr = new byte[3 * plane];
        for (int i = 0; i < plane; i++) {
            for (int channel = 0; channel < 3; channel++) {
                bgr[3 * i + 2 - channel] = planes.get(channel * plane + i);
            }
        }
        return new Image(width, height, bgr);
    }
}
