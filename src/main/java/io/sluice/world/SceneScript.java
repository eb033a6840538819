package io.sluice.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a video shows, shot after shot, with what goes wrong on which frames. A script and a look make a video; the script alone
 * says the length, so that truth and script can be compared.
 *
 * @param seed of all that the shots leave open
 * @param watermark whether a mark stands in a corner from the first frame to the last
 */
public record SceneScript(long seed, Look look, int framesPerSecond, List<Shot> shots, boolean watermark) {

    /** How the camera moves during a shot. */
    public enum Move {
        STILL,
        PAN,
        ZOOM,
        WALK
    }

    /** What happens to frames. */
    public enum Event {
        /** Nothing moves, neither things nor the camera: frames that differ in noise alone. */
        STILL,
        /** The picture is smeared; strength is the length in pixels for a picture 360 high. */
        MOTION_BLUR,
        /** The picture is out of focus; strength is the radius in pixels for a picture 360 high. */
        DEFOCUS,
        /** Too dark; strength is the gain, below 1. */
        UNDER,
        /** Too bright; strength is the gain, above 1. */
        OVER
    }

    /** An event on the frames {@code from} to before {@code to} of a shot. */
    public record Span(Event event, int from, int to, double strength) {}

    /**
     * Who and what is in a shot. Numbers are what is asked for; where there is no room there may be fewer. -1 leaves it to the
     * seed.
     *
     * @param dogColour of the first dog; null for any
     */
    public record Cast(
            int dogs,
            int people,
            int cars,
            int signs,
            @Nullable Colour dogColour) {
        public static final Cast ANY = new Cast(-1, -1, -1, -1, null);
    }

    /**
     * @param seed of the place and its things
     * @param subtitle the frames with a subtitle: from, to before; null for none
     * @param noise standard deviation of the sensor's noise in steps of 255
     */
    public record Shot(
            Place place,
            long seed,
            int frames,
            Move move,
            Cast cast,
            List<Span> spans,
            @Nullable Span subtitle,
            double noise) {
        public Shot {
            spans = List.copyOf(spans);
        }
    }

    public SceneScript {
        shots = List.copyOf(shots);
        if (shots.isEmpty() || framesPerSecond < 1) {
            throw new IllegalArgumentException("a script of " + shots.size() + " shots at " + framesPerSecond
                    + " frames a second: there must be one or more of each");
        }
    }

    public int frames() {
        return shots.stream().mapToInt(Shot::frames).sum();
    }

    /** A script from a seed: shots of two to four seconds, a third of them with a still stretch, a third with blur. */
    public static SceneScript random(long seed, Look look, int framesPerSecond, double seconds) {
        Dice dice = Dice.of(seed, -1);
        int left = (int) Math.max(1, Math.round(seconds * framesPerSecond));
        List<Shot> shots = new ArrayList<>();
        while (left > 0) {
            int frames = Math.min(left, (int) Math.floor(dice.between(2, 4) * framesPerSecond));
            if (left - frames < framesPerSecond) {
                frames = left;
            }
            shots.add(randomShot(dice, frames, framesPerSecond));
            left -= frames;
        }
        return new SceneScript(seed, look, framesPerSecond, shots, dice.chance(0.3));
    }

    private static Shot randomShot(Dice dice, int frames, int framesPerSecond) {
        List<Span> spans = new ArrayList<>();
        int from = dice.below(Math.max(1, frames / 3));
        if (dice.chance(0.35)) {
            int to = Math.min(frames, from + (int) (framesPerSecond * dice.between(0.8, 1.6)));
            spans.add(new Span(Event.STILL, from, to, 0));
            from = to;
        }
        if (dice.chance(0.4) && from < frames) {
            int to = Math.min(frames, from + (int) Math.max(2, framesPerSecond * dice.between(0.25, 0.7)));
            boolean motion = dice.chance(0.5);
            spans.add(new Span(
                    motion ? Event.MOTION_BLUR : Event.DEFOCUS,
                    from,
                    to,
                    motion ? dice.between(8, 22) : dice.between(2.5, 6)));
            from = to;
        }
        if (dice.chance(0.25) && from < frames) {
            int to = Math.min(frames, from + (int) Math.max(2, framesPerSecond * dice.between(0.4, 1)));
            boolean under = dice.chance(0.5);
            spans.add(new Span(under ? Event.UNDER : Event.OVER, from, to, under ? 0.08 : 4));
        }
        Span subtitle = dice.chance(0.35) ? new Span(Event.STILL, frames / 5, frames, 0) : null;
        return new Shot(
                dice.chance(0.65) ? Place.STREET : Place.ROOM,
                dice.next(),
                frames,
                dice.of(Move.values()),
                Cast.ANY,
                spans,
                subtitle,
                dice.between(0.8, 4));
    }
}
