package io.sluice.sheet;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.TexturePaint;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;

/** A contact sheet as one picture. */
public final class PngSheet {
    private static final int WIDTH = 1680;
    private static final int MARGIN = 40;
    private static final int GAP = 20;
    private static final int TITLE = 84;
    private static final int HEADING = 78;
    private static final int FUNNEL = 176;
    private static final int FUNNEL_BAR = 76;
    private static final int FOOTER = 34;
    private static final int ROUND = 14;
    /** Between the two pictures of a pair. */
    private static final int SEAM = 4;

    private static final int PADDING = 12;
    private static final int MOST_LINES = 3;

    private static final Color PAPER = new Color(0xF6F4EF);
    private static final Color CARD = Color.WHITE;
    private static final Color INK = new Color(0x23262B);
    private static final Color FAINT = new Color(0x6E7480);
    private static final Color WELL = new Color(0xE9E6DF);
    private static final Color LEFT = new Color(0x2F6F5E);
    private static final Color FLOW = new Color(0xCFE0D8);
    private static final Color LOST = new Color(0xB4552D);

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
        int top = MARGIN + TITLE;
        if (!sheet.funnel().isEmpty()) {
            funnel(graphics, sheet.funnel(), top + 14);
            top += FUNNEL;
        }
        for (ContactSheet.Section section : sheet.sections()) {
            top = section(graphics, section, top);
        }
        for (String footer : Typeface.REGULAR.wrap(sheet.footer(), 14, WIDTH - 2 * MARGIN, 1)) {
            line(graphics, Typeface.REGULAR, footer, 14, MARGIN, top + 22, FAINT);
        }
        graphics.dispose();
        try (ImageOutputStream target = ImageIO.createImageOutputStream(out)) {
            ImageIO.write(page, "png", target);
        }
    }

    private static int height(ContactSheet sheet) {
        int height = MARGIN + TITLE + (sheet.funnel().isEmpty() ? 0 : FUNNEL);
        for (ContactSheet.Section section : sheet.sections()) {
            height += HEADING + rows(section) * (Form.of(section).height() + GAP);
        }
        return height + (sheet.footer().isEmpty() ? 0 : FOOTER) + MARGIN / 2;
    }

    private static int rows(ContactSheet.Section section) {
        return (section.cells().size() + section.layout().columns - 1) / section.layout().columns;
    }

    /**
     * How a section's cells look.
     *
     * @param width of a cell
     * @param picture width of a picture in it
     * @param lines of text that the longest one needs
     * @param size of the letters
     */
    private record Form(int width, int picture, int lines, int size) {
        static Form of(ContactSheet.Section section) {
            int columns = section.layout().columns;
            int width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
            int size = section.layout() == ContactSheet.Layout.SMALL ? 14 : 16;
            int lines = section.cells().stream()
                    .mapToInt(cell -> Typeface.REGULAR
                            .wrap(cell.text(), size, width - 2 * PADDING, MOST_LINES)
                            .size())
                    .max()
                    .orElse(0);
            boolean pairs = section.layout() == ContactSheet.Layout.PAIRS;
            return new Form(width, pairs ? (width - SEAM) / 2 : width, lines, size);
        }

        int pictureHeight() {
            return picture * 9 / 16;
        }

        int line() {
            return size + 5;
        }

        int height() {
            return pictureHeight() + PADDING + lines * line() + 20 + PADDING;
        }
    }

    /** Bars as high as the frames that are left, each flowing into the next. */
    private static void funnel(Graphics2D graphics, List<ContactSheet.Step> steps, int top) {
        int most = Math.max(
                1,
                steps.stream().mapToInt(step -> step.left() + step.lost()).max().orElse(1));
        double column = (WIDTH - 2.0 * MARGIN) / steps.size();
        double bar = column * 0.42;
        double middle = top + 20 + FUNNEL_BAR / 2.0;
        for (int i = 0; i < steps.size(); i++) {
            ContactSheet.Step step = steps.get(i);
            double left = MARGIN + i * column;
            double half = Math.max(1, FUNNEL_BAR / 2.0 * step.left() / most);
            if (i + 1 < steps.size()) {
                double next = Math.max(1, FUNNEL_BAR / 2.0 * steps.get(i + 1).left() / most);
                Path2D.Double flow = new Path2D.Double();
                flow.moveTo(left + bar, middle - half);
                flow.lineTo(left + column, middle - next);
                flow.lineTo(left + column, middle + next);
                flow.lineTo(left + bar, middle + half);
                flow.closePath();
                graphics.setColor(FLOW);
                graphics.fill(flow);
            }
            graphics.setColor(LEFT);
            graphics.fill(new Rectangle2D.Double(left, middle - half, bar, 2 * half));
            line(graphics, Typeface.BOLD, Integer.toString(step.left()), 20, left, top + 10, INK);
            double base = middle + FUNNEL_BAR / 2.0 + 24;
            line(graphics, Typeface.REGULAR, step.name(), 16, left, base, INK);
            if (step.lost() > 0) {
                double after = left + Typeface.REGULAR.width(step.name(), 16) + 8;
                line(graphics, Typeface.REGULAR, "−" + step.lost(), 16, after, base, LOST);
            }
        }
    }

    private static int section(Graphics2D graphics, ContactSheet.Section section, int top) {
        line(graphics, Typeface.BOLD, section.heading(), 23, MARGIN, top + 34, INK);
        line(graphics, Typeface.REGULAR, section.notes(), 15, MARGIN, top + 58, FAINT);
        int row = top + HEADING;
        Form form = Form.of(section);
        int columns = section.layout().columns;
        for (int i = 0; i < section.cells().size(); i++) {
            cell(
                    graphics,
                    section.cells().get(i),
                    form,
                    MARGIN + i % columns * (form.width() + GAP),
                    row + i / columns * (form.height() + GAP));
        }
        return row + rows(section) * (form.height() + GAP);
    }

    private static void cell(Graphics2D graphics, ContactSheet.Cell cell, Form form, int left, int top) {
        RoundRectangle2D card = new RoundRectangle2D.Double(left, top, form.width(), form.height(), ROUND, ROUND);
        graphics.setColor(CARD);
        graphics.fill(card);
        Rectangle window = new Rectangle(left, top, form.width(), form.pictureHeight());
        Area well = new Area(card);
        well.intersect(new Area(window));
        graphics.setColor(WELL);
        graphics.fill(well);
        if (form.picture() < form.width()) {
            cell.before().ifPresent(before -> picture(graphics, thumbnail(before.get(), form), card, left, top, form));
            picture(
                    graphics,
                    thumbnail(cell.picture().get(), form),
                    card,
                    left + form.width() - form.picture(),
                    top,
                    form);
        } else {
            picture(graphics, thumbnail(cell.picture().get(), form), card, left, top, form);
        }
        int baseline = top + form.pictureHeight() + PADDING + form.size() - 1;
        for (String text : Typeface.REGULAR.wrap(cell.text(), form.size(), form.width() - 2 * PADDING, MOST_LINES)) {
            line(graphics, Typeface.REGULAR, text, form.size(), left + PADDING, baseline, INK);
            baseline += form.line();
        }
        for (String facts : Typeface.REGULAR.wrap(cell.facts(), 13, form.width() - 2 * PADDING, 1)) {
            line(graphics, Typeface.REGULAR, facts, 13, left + PADDING, top + form.height() - PADDING, FAINT);
        }
    }

    private static BufferedImage thumbnail(io.sluice.image.Image image, Form form) {
        return Thumbnail.of(image, form.picture(), form.pictureHeight());
    }

    /** In the middle of its place, with the card's round corners. */
    private static void picture(
            Graphics2D graphics, BufferedImage picture, RoundRectangle2D card, int left, int top, Form form) {
        Rectangle place = new Rectangle(
                left + (form.picture() - picture.getWidth()) / 2,
                top + (form.pictureHeight() - picture.getHeight()) / 2,
                picture.getWidth(),
                picture.getHeight());
        Area shape = new Area(card);
        shape.intersect(new Area(place));
        graphics.setPaint(new TexturePaint(picture, place));
        graphics.fill(shape);
    }

    private static void line(
            Graphics2D graphics, Typeface typeface, String text, double size, double x, double y, Color colour) {
        graphics.setColor(colour);
        graphics.fill(typeface.outline(text, size, x, y));
    }
}
