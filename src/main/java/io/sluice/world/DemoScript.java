package io.sluice.world;

import io.sluice.world.SceneScript.Cast;
import io.sluice.world.SceneScript.Event;
import io.sluice.world.SceneScript.Move;
import io.sluice.world.SceneScript.Shot;
import io.sluice.world.SceneScript.Span;
import java.util.List;

/** The video of the demo: a brown dog is to be found in it, among all that a dataset should not hold. */
public final class DemoScript {
    public static final int WIDTH = 640;
    public static final int HEIGHT = 360;
    public static final int FRAMES_PER_SECOND = 12;

    private DemoScript() {}

    /** Of the eight shots, chosen by eye for a dog that is well seen. */
    private static final long[] SEEDS = {114, 283, 126, 229, 150, 134, 309, 640};

    /** Eight shots of three seconds each, in the look that no starter model is trained on. */
    public static SceneScript script() {
        return script(SEEDS);
    }

    static SceneScript script(long... seeds) {
        int second = FRAMES_PER_SECOND;
        int length = 3 * second;
        Cast crowd = new Cast(1, 2, 2, 1, Colour.BROWN);
        Cast home = new Cast(1, 1, 0, 1, Colour.BROWN);
        Cast nobody = new Cast(0, 3, 3, 1, null);
        List<Span> sharp = List.of();
        List<Span> moved = List.of(new Span(Event.MOTION_BLUR, second, 2 * second, 18));
        List<Span> frozen = List.of(new Span(Event.STILL, 6, length, 0));
        List<Span> dark = List.of(new Span(Event.UNDER, 2 * second, length, 0.06));
        List<Span> bright = List.of(new Span(Event.OVER, 2 * second, length, 4.5));
        List<Span> soft = List.of(new Span(Event.DEFOCUS, 0, second, 5));
        Span late = new Span(Event.STILL, 6, length, 0);
        List<Shot> shots = List.of(
                new Shot(Place.STREET, seeds[0], length, Move.ZOOM, crowd, sharp, null, 1.5),
                new Shot(Place.STREET, seeds[1], length, Move.WALK, crowd, moved, null, 2),
                new Shot(Place.ROOM, seeds[2], length, Move.ZOOM, home, sharp, late, 2),
                new Shot(Place.STREET, seeds[3], length, Move.STILL, crowd, frozen, null, 2.5),
                new Shot(Place.ROOM, seeds[4], length, Move.PAN, home, dark, null, 3),
                new Shot(Place.STREET, seeds[5], length, Move.PAN, nobody, bright, null, 2),
                new Shot(Place.STREET, seeds[6], length, Move.ZOOM, crowd, soft, late, 1.5),
                new Shot(Place.STREET, seeds[7], length, Move.STILL, crowd, sharp, null, 1.5));
        return new SceneScript(8, Look.HELD_OUT, FRAMES_PER_SECOND, shots, true);
    }
}
