package io.sluice.export;

import io.sluice.dataset.DatasetFolder;
import io.sluice.dataset.Report;
import io.sluice.frame.Box;
import io.sluice.frame.Caption;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * A dataset as the writer leaves it: pictures with a dog, the first cut out of a larger one, the last a PNG, and one without, which
 * is context.
 */
final class SmallDataset {
    static final VideoId VIDEO = new VideoId("ab".repeat(32));
    static final Recipe RECIPE = RecipeReader.read(
            "dataset: rex\ndetect: {target: [dog], contextShare: 1}\ncaption: {trigger: rex}", Map.of());
    static final Box DOG = new Box(16, 8, 48, 40);
    static final int WIDTH = 96;
    static final int HEIGHT = 64;

    private SmallDataset() {}

    static FrameId id(int number) {
        return FrameId.of(VIDEO, 0, number, 0);
    }

    /** @param dogs pictures with a dog; one more shows none */
    static void write(Path out, int dogs) {
        write(out, RECIPE, dogs);
    }

    /** @param dogs pictures with a dog; one more, context, shows none */
    static void write(Path out, Recipe recipe, int dogs) {
        DatasetFolder folder = new DatasetFolder(out, recipe);
        List<Frame> frames = new ArrayList<>();
        for (int i = 0; i <= dogs; i++) {
            boolean png = i == dogs - 1;
            byte[] picture = png ? ImageCodec.png(picture(i)) : ImageCodec.jpeg(picture(i), 97);
            ImageRef image = new ImageRef(
                    "k" + i, WIDTH, HEIGHT, png ? ImageRef.PNG : ImageRef.JPEG, picture.length, "0".repeat(64));
            // Boxes are in pixels of the whole picture.
            Box dog = i == 0 ? new Box(DOG.left() + 40, DOG.top() + 20, DOG.right() + 40, DOG.bottom() + 20) : DOG;
            List<Detection> found = i < dogs ? List.of(new Detection("dog", 0.9, dog)) : List.of();
            String caption = i < dogs ? "rex a dog, \"number\" " + i + " \u00e9\u72ac" : "a sofa";
            Frame frame = new Frame(
                    id(i),
                    VIDEO,
                    0,
                    i * 1000L,
                    image,
                    List.of(new Detections("m", found), new Caption(caption, "names")));
            if (i == 0) {
                Crop crop = new Crop(40, 20, 40 + WIDTH, 20 + HEIGHT, 2 * WIDTH, 2 * HEIGHT);
                frame = frame.with(new Removal(Removal.NOTHING, 0, List.of(), List.of(), List.of(), Optional.of(crop)));
            }
            folder.write(frame, picture);
            frames.add(frame);
        }
        folder.finish(frames, new Report(recipe.dataset(), 1, dogs + 1, List.of(), List.of(), List.of(), List.of()));
    }

    private static Image picture(int seed) {
        byte[] pixels = new byte[3 * WIDTH * HEIGHT];
        new Random(seed).nextBytes(pixels);
        return new Image(WIDTH, HEIGHT, pixels);
    }
}
