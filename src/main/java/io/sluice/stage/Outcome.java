package io.sluice.stage;

import io.sluice.frame.Frame;

/** What came of a frame in a stage. A failure is no rejection: no score stands for an error. */
public sealed interface Outcome {
    Frame frame();

    record Kept(Frame frame) implements Outcome {}

    record Rejected(Frame frame, Rejection rejection) implements Outcome {}

    /** @param error for a person to read */
    record Failed(Frame frame, String error) implements Outcome {}
}
