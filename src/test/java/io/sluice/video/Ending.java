package io.sluice.video;

import io.sluice.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a video: frames, or a reason why there are none.
 *
 * @param reason null where it did not fail
 * @param warnings those that are not FFmpeg's own words
 */
record Ending(int frames, @Nullable String reason, List<String> warnings) {

    /** Plans and extracts the whole video; a failure keeps the frames that came before it. */
    static Ending of(Decoders decoders, Path video, Recipe.Extract extract) {
        try {
            Videos.Extracted extracted = Videos.extract(decoders, video, extract);
            return new Ending(
                    extracted.frames().size(),
                    null,
                    extracted.warnings().stream()
                            .filter(warning -> !warning.startsWith("ffmpeg: "))
                            .toList());
        } catch (VideoException e) {
            return new Ending(0, String.valueOf(e.getMessage()), List.of());
        }
    }

    /** In one line, without what FFmpeg has to say, which is not the same in all its versions. */
    String words() {
        return reason != null
                ? "failed: " + reason.replaceFirst(" \\(FFmpeg: .*\\)$", "")
                : Stream.concat(Stream.of(frames + " frames"), warnings.stream())
                        .collect(Collectors.joining("; "));
    }
}
