package io.sluice.select;

import io.sluice.frame.FrameId;
import io.sluice.stage.Rejection;
import java.util.Optional;

/**
 * What select says of a frame.
 *
 * @param rejection empty if the frame goes on
 */
public record Decision(FrameId frame, Optional<Rejection> rejection) {
    public boolean isKept() {
        return rejection.isEmpty();
    }
}
