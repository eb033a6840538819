package io.sluice.sheet;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.GeneralPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;

/**
 * A font as outlines, read from the class path: a machine with nothing but a Java runtime has no fonts, and where it has some,
 * pictures would differ from machine to machine. Thread-safe.
 */
final class Typeface {
    static final Typeface REGULAR = new Typeface("/liberation/LiberationSans-Regular.ttf");
    static final Typeface BOLD = new Typeface("/liberation/LiberationSans-Bold.ttf");

    private static final String ELLIPSIS = "…";

    private final TrueTypeFont font;
    private final CmapLookup glyphs;
    private final double unitsPerEm;

    private Typeface(String resource) {
        try (InputStream in = Objects.requireNonNull(Typeface.class.getResourceAsStream(resource), resource)) {
            font = new TTFParser().parse(new RandomAccessReadBuffer(in));
            glyphs = font.getUnicodeCmapLookup();
            unitsPerEm = font.getUnitsPerEm();
        } catch (IOException e) {
            throw new UncheckedIOException("font '" + resource + "' cannot be read", e);
        }
    }

    /** @param size height of a line's letters (em) in pixels */
    synchronized double width(String text, double size) {
        try {
            double units = 0;
            for (int code : text.codePoints().toArray()) {
                units += font.getAdvanceWidth(glyphs.getGlyphId(code));
            }
            return units * size / unitsPerEm;
        } catch (IOException e) {
            throw new UncheckedIOException("font without widths", e);
        }
    }

    /** The outline of a line that starts at {@code x} on the baseline {@code y}; a letter that the font lacks is a box. */
    synchronized Shape outline(String text, double size, double x, double y) {
        GeneralPath line = new GeneralPath();
        double scale = size / unitsPerEm;
        double at = x;
        try {
            for (int code : text.codePoints().toArray()) {
                int glyph = glyphs.getGlyphId(code);
                GeneralPath path = font.getGlyph().getGlyph(glyph) == null
                        ? new GeneralPath()
                        : font.getGlyph().getGlyph(glyph).getPath();
                line.append(path.getPathIterator(new AffineTransform(scale, 0, 0, -scale, at, y)), false);
                at += font.getAdvanceWidth(glyph) * scale;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("font without outlines", e);
        }
        return line;
    }

    /** Lines of at most this width, broken at blanks; the last one ends with an ellipsis if there is more. */
    List<String> wrap(String text, double size, double width, int lines) {
        List<String> wrapped = new ArrayList<>();
        String rest = text.strip().replaceAll("\\s+", " ");
        while (!rest.isEmpty() && wrapped.size() < lines) {
            int end = fitting(rest, size, width);
            if (end < rest.length() && wrapped.size() < lines - 1) {
                int blank = rest.lastIndexOf(' ', end);
                end = blank > 0 ? blank : Math.max(1, end);
            } else if (end < rest.length()) {
                end = Math.max(0, fitting(rest, size, width - width(ELLIPSIS, size)));
                wrapped.add(rest.substring(0, end).strip() + ELLIPSIS);
                return wrapped;
            }
            wrapped.add(rest.substring(0, end).strip());
            rest = rest.substring(end).strip();
        }
        return wrapped;
    }

    /** How many characters from the start fit. */
    private int fitting(String text, double size, double width) {
        int fit = 0;
        while (fit < text.length()) {
            int next = text.offsetByCodePoints(fit, 1);
            if (width(text.substring(0, next), size) > width) {
                break;
            }
            fit = next;
        }
        return fit;
    }
}
