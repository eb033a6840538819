package io.sluice.world;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.Map;

/**
 * Letters drawn by a pen along skeletons, since a Java runtime brings no fonts of its own and another machine's would give other
 * pixels. A style is the pen and how the skeleton is bent; the looks share the skeletons' topology and no style.
 *
 * @param weight the pen's height; 1 is the height of a capital
 * @param contrast how much thinner level strokes are than upright ones; 1 is not at all
 * @param slant how far a capital's top leans to the right
 * @param stretch width of the letters
 * @param serif half the length of the feet at the ends of strokes; 0 for none
 * @param angular whether bows are made of straight pieces
 * @param round whether strokes end round
 * @param spacing between letters
 */
record Lettering(
        double weight,
        double contrast,
        double slant,
        double stretch,
        double serif,
        boolean angular,
        boolean round,
        double spacing) {

    private static final List<Lettering> TRAINING = List.of(
            new Lettering(0.15, 1, 0, 1, 0, false, false, 0.16),
            new Lettering(0.14, 1, 0, 0.95, 0, false, true, 0.17),
            new Lettering(0.075, 0.45, 0, 1, 0.09, false, false, 0.2),
            new Lettering(0.17, 0.85, 0, 0.68, 0, false, false, 0.13),
            new Lettering(0.085, 1, 0, 1.05, 0, false, false, 0.22));

    private static final List<Lettering> HELD_OUT = List.of(
            new Lettering(0.145, 1, 0, 0.92, 0, true, false, 0.17),
            new Lettering(0.12, 0.8, 0, 1.05, 0.14, false, false, 0.24),
            new Lettering(0.1, 0.7, 0.22, 0.9, 0, false, true, 0.16),
            new Lettering(0.2, 0.9, 0, 1.22, 0, false, false, 0.16));

    /** Bows of straight pieces have corners this far apart, in degrees. */
    private static final double COARSE = 45;

    private static final double FINE = 9;

    /** Hundredths of a capital's height, y up: M and L as usual, Q a bend, A an arc (centre, radii, start and sweep in degrees), E an ellipse. */
    private static final Map<Character, String> SKELETONS = Map.ofEntries(
            Map.entry('A', "M0 0 L35 100 L70 0 M13 36 L57 36"),
            Map.entry('B', "M0 0 L0 100 L33 100 A33 76 24 24 90 -180 L0 52 M33 52 A34 26 28 26 90 -180 L0 0"),
            Map.entry('C', "A36 50 36 50 48 264"),
            Map.entry('D', "M0 0 L0 100 L28 100 A28 50 38 50 90 -180 L0 0"),
            Map.entry('E', "M56 100 L0 100 L0 0 L56 0 M0 52 L48 52"),
            Map.entry('F', "M54 100 L0 100 L0 0 M0 50 L46 50"),
            Map.entry('G', "A36 50 36 50 48 292 L70 46 L42 46"),
            Map.entry('H', "M0 0 L0 100 M66 0 L66 100 M0 52 L66 52"),
            Map.entry('I', "M0 0 L0 100"),
            Map.entry('J', "M40 100 L40 26 A20 26 20 26 0 -170"),
            Map.entry('K', "M0 0 L0 100 M58 100 L0 42 M20 60 L60 0"),
            Map.entry('L', "M0 100 L0 0 L50 0"),
            Map.entry('M', "M0 0 L0 100 L40 34 L80 100 L80 0"),
            Map.entry('N', "M0 0 L0 100 L66 0 L66 100"),
            Map.entry('O', "E38 50 38 50"),
            Map.entry('P', "M0 0 L0 100 L32 100 A32 73 27 27 90 -180 L0 46"),
            Map.entry('Q', "E38 50 38 50 M46 24 L72 -6"),
            Map.entry('R', "M0 0 L0 100 L32 100 A32 73 27 27 90 -180 L0 46 M28 46 L60 0"),
            Map.entry('S', "A29 76 26 24 30 240 A29 26 29 26 90 -240"),
            Map.entry('T', "M0 100 L64 100 M32 100 L32 0"),
            Map.entry('U', "M0 100 L0 34 A33 34 33 34 180 180 L66 100"),
            Map.entry('V', "M0 100 L34 0 L68 100"),
            Map.entry('W', "M0 100 L24 0 L48 84 L72 0 L96 100"),
            Map.entry('X', "M0 0 L62 100 M0 100 L62 0"),
            Map.entry('Y', "M0 100 L32 48 L64 100 M32 48 L32 0"),
            Map.entry('Z', "M0 100 L60 100 L0 0 L62 0"),
            Map.entry('a', "E26 33 26 34 M52 68 L52 0"),
            Map.entry('b', "M0 100 L0 0 E27 33 27 34"),
            Map.entry('c', "A27 33 27 34 45 270"),
            Map.entry('d', "M54 100 L54 0 E27 33 27 34"),
            Map.entry('e', "M2 36 L54 36 A28 33 26 34 5 300"),
            Map.entry('f', "A30 80 16 19 70 110 L14 0 M0 66 L32 66"),
            Map.entry('g', "E27 33 27 34 M54 68 L54 -6 A29 -6 25 24 0 -150"),
            Map.entry('h', "M0 100 L0 0 M0 40 A25 40 25 28 180 -180 L50 0"),
            Map.entry('i', "M0 68 L0 0 M0 93 L0 97"),
            Map.entry('j', "M14 68 L14 -12 A0 -12 14 16 0 -100 M14 93 L14 97"),
            Map.entry('k', "M0 100 L0 0 M44 68 L0 26 M16 40 L46 0"),
            Map.entry('l', "M0 100 L0 0"),
            Map.entry('m', "M0 68 L0 0 M0 44 A20 44 20 24 180 -180 L40 0 M40 44 A60 44 20 24 180 -180 L80 0"),
            Map.entry('n', "M0 68 L0 0 M0 42 A24 42 24 26 180 -180 L48 0"),
            Map.entry('o', "E27 33 27 34"),
            Map.entry('p', "M0 68 L0 -30 E27 33 27 34"),
            Map.entry('q', "M54 68 L54 -30 E27 33 27 34"),
            Map.entry('r', "M0 68 L0 0 M0 40 A24 40 24 28 180 -140"),
            Map.entry('s', "A22 50 20 17 35 235 A22 17 22 17 90 -235"),
            Map.entry('t', "M14 90 L14 18 A28 18 14 18 180 120 M0 68 L32 68"),
            Map.entry('u', "M0 68 L0 26 A24 26 24 26 180 180 M48 68 L48 0"),
            Map.entry('v', "M0 68 L25 0 L50 68"),
            Map.entry('w', "M0 68 L18 0 L36 60 L54 0 L72 68"),
            Map.entry('x', "M0 0 L46 68 M0 68 L46 0"),
            Map.entry('y', "M0 68 L25 2 M50 68 L20 -30 L8 -30"),
            Map.entry('z', "M0 68 L46 68 L0 0 L48 0"),
            Map.entry('0', "E29 50 29 50"),
            Map.entry('1', "M4 80 L26 100 L26 0"),
            Map.entry('2', "A29 72 27 28 165 -200 L0 0 L58 0"),
            Map.entry('3', "A28 76 25 24 150 -240 A28 26 29 26 90 -240"),
            Map.entry('4', "M46 0 L46 100 L0 28 L62 28"),
            Map.entry('5', "M52 100 L8 100 L4 54 A28 32 29 32 125 -275"),
            Map.entry('6', "M46 100 Q0 80 0 33 A29 33 29 33 180 -360"),
            Map.entry('7', "M0 100 L56 100 L18 0"),
            Map.entry('8', "E28 75 24 25 E28 25 28 25"),
            Map.entry('9', "A29 67 29 33 0 360 Q58 20 12 0"),
            Map.entry('.', "M0 0 L0 4"),
            Map.entry(',', "M4 4 L-2 -16"),
            Map.entry('!', "M0 100 L0 30 M0 0 L0 4"),
            Map.entry('?', "A24 75 23 25 170 -260 L24 30 M24 0 L24 4"),
            Map.entry('\'', "M0 100 L0 78"),
            Map.entry('-', "M0 40 L30 40"),
            Map.entry(':', "M0 0 L0 4 M0 50 L0 54"));

    /** The styles of a look. */
    static List<Lettering> styles(Look look) {
        return look == Look.TRAINING ? TRAINING : HELD_OUT;
    }

    /** A style of the look, a little thinner or thicker than it is written here. */
    static Lettering any(Look look, Dice dice) {
        Lettering style = dice.pick(styles(look));
        return new Lettering(
                style.weight * dice.between(0.9, 1.12),
                style.contrast,
                style.slant,
                style.stretch * dice.between(0.94, 1.06),
                style.serif,
                style.angular,
                style.round,
                style.spacing * dice.between(0.9, 1.25));
    }

    /** Whether there is a letter for each character; a space is none and has a width. */
    static boolean writes(String words) {
        return words.chars().allMatch(c -> c == ' ' || SKELETONS.containsKey((char) c));
    }

    /**
     * The outline of a line of words: capitals are 1 high and stand on y = 0, y goes down, the first letter's ink begins at x = 0.
     *
     * @throws IllegalArgumentException if a character has no letter
     */
    Shape outline(String words) {
        Path2D.Double pen = new Path2D.Double();
        double x = 0;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            if (c == ' ') {
                x += 0.36 * stretch + spacing;
                continue;
            }
            String skeleton = SKELETONS.get(c);
            if (skeleton == null) {
                throw new IllegalArgumentException("no letter for '" + c + "' in '" + words + "'");
            }
            Path2D.Double glyph = new Path2D.Double();
            trace(skeleton, glyph);
            if (serif > 0) {
                addFeet(glyph);
            }
            Rectangle2D bounds = glyph.getBounds2D();
            AffineTransform place = new AffineTransform();
            place.translate(x - bounds.getX() * stretch, 0);
            place.scale(stretch, 1);
            pen.append(place.createTransformedShape(glyph), false);
            x += bounds.getWidth() * stretch + spacing + weight / contrast;
        }
        AffineTransform narrow = AffineTransform.getScaleInstance(contrast, 1);
        int cap = round ? BasicStroke.CAP_ROUND : BasicStroke.CAP_BUTT;
        int join = round ? BasicStroke.JOIN_ROUND : BasicStroke.JOIN_MITER;
        Shape stroked =
                new BasicStroke((float) weight, cap, join, 3).createStrokedShape(narrow.createTransformedShape(pen));
        AffineTransform finish = new AffineTransform();
        finish.concatenate(new AffineTransform(1, 0, slant, -1, 0, 0));
        finish.scale(1 / contrast, 1);
        Shape shape = finish.createTransformedShape(stroked);
        Rectangle2D box = shape.getBounds2D();
        return AffineTransform.getTranslateInstance(-box.getX(), 0).createTransformedShape(shape);
    }

    private void trace(String skeleton, Path2D.Double path) {
        boolean open = false;
        int at = 0;
        double[] n = new double[6];
        while (at < skeleton.length()) {
            char op = skeleton.charAt(at++);
            int count = 0;
            while (at < skeleton.length() && !Character.isLetter(skeleton.charAt(at))) {
                int end = at;
                while (end < skeleton.length()
                        && skeleton.charAt(end) != ' '
                        && !Character.isLetter(skeleton.charAt(end))) {
                    end++;
                }
                if (end > at) {
                    n[count++] = Integer.parseInt(skeleton, at, end, 10) / 100.0;
                }
                at = end < skeleton.length() && skeleton.charAt(end) == ' ' ? end + 1 : end;
            }
            switch (op) {
                case 'M' -> path.moveTo(n[0], n[1]);
                case 'L' -> path.lineTo(n[0], n[1]);
                case 'Q' -> path.quadTo(n[0], n[1], n[2], n[3]);
                case 'A' -> arc(path, n, n[4] * 100, n[5] * 100, open);
                case 'E' -> {
                    arc(path, n, 0, 360, false);
                    path.closePath();
                }
                default -> throw new IllegalStateException("'" + op + "' in a skeleton");
            }
            open = op != 'E';
        }
    }

    private void arc(Path2D.Double path, double[] n, double start, double sweep, boolean joined) {
        double step = angular ? COARSE : FINE;
        int pieces = (int) Math.max(1, Math.round(Math.abs(sweep) / step));
        double offset = angular && Math.abs(sweep) >= 359 ? 22.5 : 0;
        for (int i = 0; i <= pieces; i++) {
            double turn = StrictMath.toRadians(start + offset + sweep * i / pieces);
            double px = n[0] + n[2] * StrictMath.cos(turn);
            double py = n[1] + n[3] * StrictMath.sin(turn);
            if (i == 0 && !joined) {
                path.moveTo(px, py);
            } else {
                path.lineTo(px, py);
            }
        }
    }

    /** A short level stroke at each open end that touches the line above or below. */
    private void addFeet(Path2D.Double glyph) {
        Path2D.Double feet = new Path2D.Double();
        double[] c = new double[6];
        double[] first = new double[4];
        double[] last = new double[4];
        int points = 0;
        boolean closed = false;
        PathIterator it = glyph.getPathIterator(null, 0.01);
        while (true) {
            boolean done = it.isDone();
            int type = done ? PathIterator.SEG_MOVETO : it.currentSegment(c);
            if (type == PathIterator.SEG_MOVETO) {
                if (points > 1 && !closed) {
                    foot(feet, first);
                    foot(feet, last);
                }
                points = 0;
                closed = false;
            }
            if (done) {
                break;
            }
            if (type == PathIterator.SEG_CLOSE) {
                closed = true;
            } else {
                if (points == 0) {
                    first[0] = c[0];
                    first[1] = c[1];
                } else {
                    if (points == 1) {
                        first[2] = c[0];
                        first[3] = c[1];
                    }
                    last[2] = last[0];
                    last[3] = last[1];
                }
                last[0] = c[0];
                last[1] = c[1];
                points++;
            }
            it.next();
        }
        glyph.append(feet, false);
    }

    /** @param end the end's x and y, and those of the point before it */
    private void foot(Path2D.Double feet, double[] end) {
        double y = end[1];
        boolean onLine = Math.abs(y) < 0.02 || Math.abs(y - 1) < 0.02 || Math.abs(y - 0.68) < 0.02 || y < -0.28;
        boolean steep = Math.abs(end[3] - y) > 0.7 * Math.abs(end[2] - end[0]);
        if (onLine && steep) {
            feet.moveTo(end[0] - serif, y);
            feet.lineTo(end[0] + serif, y);
        }
    }
}
