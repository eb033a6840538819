package io.sluice.model.segment;

import io.sluice.frame.Box;

/** How far beyond its box an object may go. */
final class Reach {
    /** Share of the box's side at each side: detectors' boxes are off by about as much where they still count as right. */
    private static final double WIDER = 0.05;

    private Reach() {}

    static Box of(Box box, int width, int height) {
        double across = box.width() * WIDER;
        double down = box.height() * WIDER;
        return new Box(box.left() - across, box.top() - down, box.right() + across, box.bottom() + down)
                .clip(width, height);
    }
}
