package io.sluice.world;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a frame. As JSON it is one line of {@code truth.jsonl}.
 *
 * @param file the picture's file name; null if it is in none
 * @param frame index in its video, from 0
 * @param noise standard deviation of the sensor's noise, in steps of 255
 * @param shot index of the shot; a hard cut lies before each first frame of a shot
 * @param still frames of one video with the same number differ in noise alone; -1 if something moves
 * @param place as {@link Place#word}
 * @param objects what is seen of objects; a pixel of the mask is the place in this list plus 1, and 0 where there is none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FrameTruth(
        @Nullable String file,
        int frame,
        int width,
        int height,
        Blur blur,
        String exposure,
        double noise,
        int shot,
        int still,
        String caption,
        String place,
        List<Seen> objects,
        List<Text> text) {

    public FrameTruth {
        objects = List.copyOf(objects);
        text = List.copyOf(text);
    }

    /**
     * @param kind none, motion or defocus
     * @param pixels length of the motion or radius of the defocus, in pixels; 0 for none
     */
    public record Blur(String kind, double pixels) {
        public static final Blur NONE = new Blur("none", 0);
    }

    /**
     * An object that shows at least a few pixels.
     *
     * @param id of the object in its shot
     * @param kind as {@link Kind#word}
     * @param colour as {@link Colour#word}: of a dog's coat, a car's paint, a house's walls, a sign's board, a person's upper body
     * @param action walking, standing or sitting for dogs and people; driving or standing for cars; standing for the rest
     * @param box left, top, right, bottom in pixels around what is seen; right and bottom exclusive
     * @param visible what is seen as a share of what would be if nothing were in front and the picture had no edge
     * @param mask its value in the mask
     * @param named whether the caption tells of it
     */
    public record Seen(
            int id,
            String kind,
            String colour,
            String action,
            List<Integer> box,
            double visible,
            int mask,
            boolean named) {
        public Seen {
            box = List.copyOf(box);
        }
    }

    /**
     * Words in the picture.
     *
     * @param quad four corners x, y in pixels around the words' ink: top left, top right, bottom right, bottom left as one reads
     * @param where sign, subtitle or watermark
     * @param visible share of the ink that is seen
     */
    public record Text(
            List<List<Double>> quad,
            String words,
            @JsonProperty("where") String where,
            double visible) {
        public Text {
            quad = List.copyOf(quad);
        }
    }

    FrameTruth in(String fileName) {
        return new FrameTruth(
                fileName, frame, width, height, blur, exposure, noise, shot, still, caption, place, objects, text);
    }
}
