package io.sluice.stage;

import io.sluice.frame.Annotation;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.VideoId;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.RecipeReader;
import io.sluice.store.FolderFrameStore;
import io.sluice.store.FrameImages;
import io.sluice.store.FrameStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Frames of one video in a folder store, for tests of stages. */
public final class Footage {
    public static final VideoId VIDEO = new VideoId("ab".repeat(32));

    public final FrameStore store;
    public final FrameImages images;
    private int next;

    public Footage(Path folder) {
        store = new FolderFrameStore(folder);
        images = new FrameImages(store, 0);
    }

    public Frame jpeg(Image image, Annotation... annotations) {
        return frame(ImageCodec.jpeg(image, 97), ImageRef.JPEG, image.width(), image.height(), annotations);
    }

    public Frame png(Image image, Annotation... annotations) {
        return frame(ImageCodec.png(image), ImageRef.PNG, image.width(), image.height(), annotations);
    }

    /** A frame whose picture cannot be decoded. */
    public Frame broken(Annotation... annotations) {
        return frame("no picture".getBytes(StandardCharsets.UTF_8), ImageRef.JPEG, 64, 48, annotations);
    }

    /** A frame whose picture is gone. */
    public Frame missing(Annotation... annotations) {
        Frame frame = broken(annotations);
        store.delete(frame.image());
        return frame;
    }

    public static Recipe recipe(String yaml) {
        return RecipeReader.read(yaml, Map.of());
    }

    /** A picture with something to see in every place. */
    public static Image pattern(int width, int height) {
        byte[] bgr = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int at = 3 * (y * width + x);
                bgr[at] = (byte) (x * 255 / width);
                bgr[at + 1] = (byte) ((x / 7 + y / 7) % 2 * 120 + 60);
                bgr[at + 2] = (byte) (y * 255 / height);
            }
        }
        return new Image(width, height, bgr);
    }

    private Frame frame(byte[] encoded, String mediaType, int width, int height, Annotation... annotations) {
        FrameId id = FrameId.of(VIDEO, 0, next, 0);
        ImageRef ref = store.put(id, "raw", encoded, mediaType, width, height);
        return new Frame(id, VIDEO, 0, 1_000_000L * next++, ref, List.of(annotations));
    }
}
