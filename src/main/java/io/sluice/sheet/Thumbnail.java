package io.sluice.sheet;

import io.sluice.image.Image;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/** Small pictures of frames. */
final class Thumbnail {
    private Thumbnail() {}

    /** The whole picture in this box, in proportion; never larger than it is. */
    static BufferedImage of(Image image, int width, int height) {
        BufferedImage whole = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] pixels = ((DataBufferByte) whole.getRaster().getDataBuffer()).getData();
        System.arraycopy(image.bgr(), 0, pixels, 0, pixels.length);
        double scale = Math.min(1, Math.min((double) width / image.width(), (double) height / image.height()));
        int targetWidth = Math.max(1, (int) Math.round(image.width() * scale));
        int targetHeight = Math.max(1, (int) Math.round(image.height() * scale));
        // By halves: in one step bilinear scaling looks at four pixels and passes the others over.
        BufferedImage current = whole;
        while (current.getWidth() >= 2 * targetWidth && current.getHeight() >= 2 * targetHeight) {
            current = scaled(current, current.getWidth() / 2, current.getHeight() / 2);
        }
        return current.getWidth() == targetWidth && current.getHeight() == targetHeight
                ? current
                : scaled(current, targetWidth, targetHeight);
    }

    private static BufferedImage scaled(BufferedImage source, int width, int height) {
        BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D graphics = target.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(source, 0, 0, width, height, null);
        graphics.dispose();
        return target;
    }
}
