package io.sluice.world;

import java.nio.file.Path;
import java.util.List;

/**
 * A video file and what is known of its frames, in order.
 *
 * @param truth one for each frame
 */
public record RenderedVideo(Path file, SceneScript script, List<FrameTruth> truth) {
    public RenderedVideo {
        truth = List.copyOf(truth);
    }
}
