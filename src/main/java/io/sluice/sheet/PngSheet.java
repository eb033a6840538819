package io.sluice.sheet;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;

/** A contact sheet as one picture. */
public final class PngSheet {
    private static final int WIDTH = 1680;
    private static final int MARGIN = 40;
    private static final int GAP = 20;
    private static final int COLUMNS = 5;
    private static final int CELL = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GAP) / COLUMNS;
    private static final int PICTURE = CELL * 9 / 16;
    private static final int TEXT_LINES = 3;
    private static final int LINE = 19;
    private static final int CELL_HEIGHT = PICTURE + 12 + TEXT_LINES * LINE + LINE + 14;
    private static final int HEADING = 74;

    private static final Color PAPER = new Color(0xF6F4EF);
    private static final Color CARD = Color.WHITE;
    private static final Color INK = new Color(0x23262B);
    private static final Color FAINT = new Color(0x6E7480);
    private static final Color BACKGROUND = new Color(0xE9E6DF);

    private PngSheet() {}

    /** Writes PNG, 24-bit RGB, 1680 pixels wide. */
    public static void write(ContactSheet sheet, OutputStream out) throws IOException {
        BufferedImage page = new BufferedImage(WIDTH, height(sheet), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = page.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(PAPER);
        graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
        line(graphics, Typeface.BOLD, sheet.title(), 34, MARGIN, MARGIN + 32, INK);
        line(graphics, Typeface.REGULAR, sheet.subtitle(), 17, MARGIN, MARGIN + 62, FAINT);
        int top = MARGIN + 84;
        for (ContactSheet.Section section : sheet.sections()) {
            top = section(graphics, section, top);
        }
        graphics.dispose();
        try (ImageOutputStream target = ImageIO.createImageOutputStream(out)) {
            ImageIO.write(page, "png", target);
        }
    }

    private static int height(ContactSheet sheet) {
        int height = MARGIN + 84 + MARGIN;
        for (ContactSheet.Section section : sheet.sections()) {
            height += HEADING + rows(section) * (CELL_HEIGHT + GAP);
        }
        return height;
    }

    private static int rows(ContactSheet.Section section) {
        return (section.cells().size() + COLUMNS - 1) / COLUMNS;
    }

    private static int section(Graphics2D graphics, ContactSheet.Section section, int top) {
        line(graphics, Typeface.BOLD, section.heading(), 23, MARGIN, top + 30, INK);
        String note = section.more() == 0 ? section.note() : section.note() + "  (+ " + section.more() + " more)";
        line(graphics, Typeface.REGULAR, note.strip(), 15, MARGIN, top + 54, FAINT);
        int row = top + HEADING;
        for (int i = 0; i < section.cells().size(); i++) {
            int column = i % COLUMNS;
            cell(
                    graphics,
                    section.cells().get(i),
                    MARGIN + column * (CELL + GAP),
                    row + i / COLUMNS * (CELL_HEIGHT + GAP));
        }
        return row + rows(section) * (CELL_HEIGHT + GAP);
    }

    private static void cell(Graphics2D graphics, ContactSheet.Cell cell, int left, int top) {
        graphics.setColor(CARD);
        graphics.fill(new RoundRectangle2D.Double(left, top, CELL, CELL_HEIGHT, 12, 12));
        graphics.setColor(BACKGROUND);
        graphics.fillRect(left, top, CELL, PICTURE);
        if (cell.before().isPresent()) {
            int half = (CELL - 4) / 2;
            picture(graphics, Thumbnail.of(cell.before().get().get(), half, PICTURE), left, top, half);
            picture(graphics, Thumbnail.of(cell.picture().get(), half, PICTURE), left + CELL - half, top, half);
        } else {
            picture(graphics, Thumbnail.of(cell.picture().get(), CELL, PICTURE), left, top, CELL);
        }
        int baseline = top + PICTURE + 12 + 12;
        for (String text : Typeface.REGULAR.wrap(cell.text(), 15, CELL - 20, TEXT_LINES)) {
            line(graphics, Typeface.REGULAR, text, 15, left + 10, baseline, INK);
            baseline += LINE;
        }
        for (String facts : Typeface.REGULAR.wrap(cell.facts(), 13, CELL - 20, 1)) {
            line(graphics, Typeface.REGULAR, facts, 13, left + 10, top + CELL_HEIGHT - 12, FAINT);
        }
    }

    private static void picture(Graphics2D graphics, BufferedImage picture, int left, int top, int width) {
        graphics.drawImage(
                picture, left + (width - picture.getWidth()) / 2, top + (PICTURE - picture.getHeight()) / 2, null);
    }

    private static void line(
            Graphics2D graphics, Typeface typeface, String text, double size, double x, double y, Color colour) {
        graphics.setColor(colour);
        graphics.fill(typeface.outline(text, size, x, y));
    }
}
