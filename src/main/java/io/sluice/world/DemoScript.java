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

    /** Eight shots of three seconds each. */
    public static SceneScript of(Look look) {
        int second = FRAMES_PER_SECOND;
        int length = 3 * second;
        Cast dog = new Cast(1, 1, 1, 1, Colour.BROWN);
        List<Shot> shots = List.of(
                new Shot(Place.STREET, 11, length, Move.PAN, dog, List.of(), null, 1.5),
                new Shot(
                        Place.STREET,
                        12,
                        length,
                        Move.WALK,
                        new Cast(1, 2, 2, 1, Colour.BROWN),
                        List.of(new Span(Event.MOTION_BLUR, second, 2 * second, 18)),
                        null,
                        2),
                new Shot(
                        Place.ROOM,
                        13,
                        length,
                        Move.ZOOM,
                        new Cast(1, 1, 0, 1, Colour.BROWN),
                        List.of(),
                        new Span(Event.STILL, 6, length, 0),
                        2),
                new Shot(
                        Place.STREET,
                        14,
                        length,
                        Move.STILL,
                        new Cast(1, 1, 2, 2, Colour.BROWN),
                        List.of(new Span(Event.STILL, 6, length, 0)),
                        null,
                        2.5),
                new Shot(
                        Place.ROOM,
                        15,
                        length,
                        Move.PAN,
                        new Cast(1, 0, 0, 1, Colour.BROWN),
                        List.of(new Span(Event.UNDER, 2 * second, length, 0.06)),
                        null,
                        3),
                new Shot(
                        Place.STREET,
                        16,
                        length,
                        Move.PAN,
                        new Cast(0, 3, 3, 1, null),
                        List.of(new Span(Event.OVER, 2 * second, length, 4.5)),
                        null,
                        2),
                new Shot(
                        Place.STREET,
                        17,
                        length,
                        Move.ZOOM,
                        new Cast(2, 1, 1, 2, Colour.BROWN),
                        List.of(new Span(Event.DEFOCUS, 0, second, 5)),
                        new Span(Event.STILL, second, length, 0),
                        1.5),
                new Shot(
                        Place.STREET, 18, length, Move.WALK, new Cast(1, 1, 2, 1, Colour.BROWN), List.of(), null, 1.5));
        return new SceneScript(8, look, FRAMES_PER_SECOND, shots, true);
    }
}
