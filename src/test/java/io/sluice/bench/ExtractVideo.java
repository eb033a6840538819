package io.sluice.bench;

import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.video.DecoderLimits;
import io.sluice.video.Decoders;
import io.sluice.video.Segment;
import io.sluice.video.VideoPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Extraction alone, with the decoder's child process: every segment of a video, its frames written as files. */
public final class ExtractVideo {
    private ExtractVideo() {}

    /** Arguments: video, folder for frames, and settings of the recipe as {@code key=value}. */
    public static void main(String[] args) {
        Path video = Path.of(args[0]);
        Path out = Path.of(args[1]);
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
        }
        Recipe recipe = RecipeReader.read("", settings);
        try (Decoders decoders = new Decoders(1, DecoderLimits.DEFAULT)) {
            VideoPlan plan = decoders.plan(video, recipe.extract());
            for (Segment segment : plan.segments()) {
                decoders.extract(
                        video,
                        plan,
                        segment,
                        recipe.extract(),
                        recipe.export().encoding(),
                        recipe.export().quality(),
                        frame -> write(
                                out.resolve(segment.index() + "_" + frame.ticks() + "_" + frame.ordinal() + ".jpg"),
                                frame.encoded()));
            }
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
