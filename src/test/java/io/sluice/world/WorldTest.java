package io.sluice.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.world.SceneScript.Cast;
import io.sluice.world.SceneScript.Event;
import io.sluice.world.SceneScript.Move;
import io.sluice.world.SceneScript.Shot;
import io.sluice.world.SceneScript.Span;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WorldTest {
    private static final int WIDTH = 320;
    private static final int HEIGHT = 180;

    /** Three shots: still from frame 2 to 6 of the first, blurred in the second, too dark and then too bright in the third. */
    private static final SceneScript SCRIPT = new SceneScript(
            5,
            Look.HELD_OUT,
            10,
            List.of(
                    new Shot(
                            Place.STREET,
                            3,
                            8,
                            Move.WALK,
                            new Cast(1, 2, 1, 2, Colour.BROWN),
                            List.of(new Span(Event.STILL, 2, 6, 0)),
                            null,
                            2),
                    new Shot(
                            Place.ROOM,
                            4,
                            6,
                            Move.PAN,
                            new Cast(1, 1, 0, 1, Colour.BLACK),
                            List.of(new Span(Event.MOTION_BLUR, 0, 2, 16), new Span(Event.DEFOCUS, 4, 6, 4)),
                            new Span(Event.STILL, 0, 6, 0),
                            2),
                    new Shot(
                            Place.STREET,
                            5,
                            4,
                            Move.ZOOM,
                            Cast.ANY,
                            List.of(new Span(Event.UNDER, 0, 1, 0.08), new Span(Event.OVER, 3, 4, 4)),
                            null,
                            2)),
            true);

    private static final List<RenderedFrame> VIDEO = new ArrayList<>();

    @BeforeAll
    static void render() {
        World.render(SCRIPT, WIDTH, HEIGHT, true, VIDEO::add);
    }

    private static int[] pixels(BufferedImage picture) {
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    private static double[] luma(BufferedImage picture) {
        return Arrays.stream(pixels(picture))
                .mapToDouble(p -> 0.299 * (p >> 16 & 255) + 0.587 * (p >> 8 & 255) + 0.114 * (p & 255))
                .toArray();
    }

    private static double mean(BufferedImage picture) {
        return Arrays.stream(luma(picture)).average().orElseThrow();
    }

    private static double difference(RenderedFrame a, RenderedFrame b) {
        double[] x = luma(a.picture());
        double[] y = luma(b.picture());
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += Math.abs(x[i] - y[i]);
        }
        return sum / x.length;
    }

    private static double laplacianVariance(BufferedImage picture) {
        double[] v = luma(picture);
        int w = picture.getWidth();
        double sum = 0;
        double squares = 0;
        int count = 0;
        for (int y = 1; y < picture.getHeight() - 1; y++) {
            for (int x = 1; x < w - 1; x++) {
                int i = y * w + x;
                double l = v[i - 1] + v[i + 1] + v[i - w] + v[i + w] - 4 * v[i];
                sum += l;
                squares += l * l;
                count++;
            }
        }
        return squares / count - (sum / count) * (sum / count);
    }

    @Test
    void the_same_seed_makes_the_same_frames_whatever_thread_makes_them() {
        Settings settings = new Settings(160, 90, 5, 2);
        List<int[]> first = new ArrayList<>();
        List<FrameTruth> truth = new ArrayList<>();
        World.render(9, Look.TRAINING, settings, frame -> {
            first.add(pixels(frame.picture()));
            truth.add(frame.truth());
        });
        List<int[]> second = new ArrayList<>();
        World.render(9, Look.TRAINING, settings, frame -> {
            second.add(pixels(frame.picture()));
            assertThat(frame.truth()).isEqualTo(truth.get(second.size() - 1));
        });
        assertThat(first).hasSize(10).hasSameSizeAs(second);
        for (int i = 0; i < first.size(); i++) {
            assertThat(second.get(i)).as("frame %d", i).isEqualTo(first.get(i));
        }
        Renderer renderer = new Renderer(160, 90);
        Scene scene = Street.random(Look.TRAINING, Dice.of(1, 1));
        RenderedFrame fresh = renderer.render(scene, 0, 0, Shooting.plain(3), 0, 0, -1, false);
        renderer.render(Room.random(Look.HELD_OUT, Dice.of(2, 2)), 0, 0, Shooting.plain(4), 0, 0, -1, true);
        RenderedFrame again = renderer.render(scene, 0, 0, Shooting.plain(3), 0, 0, -1, false);
        assertThat(pixels(again.picture())).isEqualTo(pixels(fresh.picture()));
        // What is seen is kept from the frame before, and what is written on it is there once.
        RenderedFrame third = renderer.render(scene, 0, 0, Shooting.plain(3), 0, 0, -1, false);
        assertThat(pixels(third.picture())).isEqualTo(pixels(fresh.picture()));
        assertThat(third.truth()).isEqualTo(fresh.truth());
        RenderedFrame moved = renderer.render(scene, 1, 0, Shooting.plain(3), 0, 0, -1, false);
        RenderedFrame elsewhere = new Renderer(160, 90).render(scene, 1, 0, Shooting.plain(3), 0, 0, -1, false);
        assertThat(pixels(moved.picture())).isEqualTo(pixels(elsewhere.picture()));
    }

    @Test
    void another_seed_and_another_look_make_other_pictures() {
        List<RenderedFrame> frames = new ArrayList<>();
        Settings settings = new Settings(160, 90, 1, 1);
        World.render(1, Look.TRAINING, settings, frames::add);
        World.render(2, Look.TRAINING, settings, frames::add);
        World.render(1, Look.HELD_OUT, settings, frames::add);
        assertThat(difference(frames.get(0), frames.get(1))).isGreaterThan(10);
        assertThat(difference(frames.get(0), frames.get(2))).isGreaterThan(10);
    }

    @Test
    void cuts_are_where_the_script_says() {
        assertThat(VIDEO).hasSize(SCRIPT.frames());
        for (int i = 1; i < VIDEO.size(); i++) {
            boolean cut = i == 8 || i == 14;
            FrameTruth before = VIDEO.get(i - 1).truth();
            assertThat(VIDEO.get(i).truth().shot() != before.shot())
                    .as("cut before frame %d", i)
                    .isEqualTo(cut);
            boolean sameExposure = VIDEO.get(i).truth().exposure().equals(before.exposure());
            if (cut) {
                assertThat(difference(VIDEO.get(i - 1), VIDEO.get(i))).isGreaterThan(20);
            } else if (sameExposure) {
                assertThat(difference(VIDEO.get(i - 1), VIDEO.get(i)))
                        .as("frame %d", i)
                        .isLessThan(15);
            }
        }
    }

    @Test
    void still_frames_differ_in_noise_alone() {
        List<Integer> groups = VIDEO.stream().map(f -> f.truth().still()).toList();
        assertThat(groups.subList(0, 8)).containsExactly(-1, -1, 2, 2, 2, 2, -1, -1);
        assertThat(groups.subList(8, 18)).containsOnly(-1);
        for (int i = 3; i < 6; i++) {
            double noise = difference(VIDEO.get(2), VIDEO.get(i));
            // two noises of deviation 2 in each channel
            assertThat(noise).isBetween(0.5, 3.0);
            assertThat(VIDEO.get(i).mask()).isEqualTo(VIDEO.get(2).mask());
        }
        assertThat(difference(VIDEO.get(6), VIDEO.get(7))).isGreaterThan(3);
    }

    @Test
    void blur_and_exposure_are_what_the_truth_says() {
        List<String> kinds = VIDEO.stream().map(f -> f.truth().blur().kind()).toList();
        assertThat(kinds.subList(8, 14)).containsExactly("motion", "motion", "none", "none", "defocus", "defocus");
        assertThat(VIDEO.get(8).truth().blur().pixels()).isEqualTo(8);
        assertThat(VIDEO.get(12).truth().blur().pixels()).isEqualTo(2);
        assertThat(VIDEO.subList(14, 18).stream().map(f -> f.truth().exposure()))
                .containsExactly("under", "normal", "normal", "over");
        assertThat(mean(VIDEO.get(14).picture())).isLessThan(60);
        assertThat(mean(VIDEO.get(17).picture()))
                .isGreaterThan(mean(VIDEO.get(16).picture()) + 40);
    }

    @Test
    void a_blurred_frame_is_softer_than_the_same_frame_sharp() {
        Renderer renderer = new Renderer(WIDTH, HEIGHT);
        for (long seed = 0; seed < 4; seed++) {
            Dice dice = Dice.of(77, seed);
            Scene scene = seed % 2 == 0 ? Street.random(Look.TRAINING, dice) : Room.random(Look.TRAINING, dice);
            double sharp = laplacianVariance(shoot(renderer, scene, FrameTruth.Blur.NONE));
            double moved = laplacianVariance(shoot(renderer, scene, new FrameTruth.Blur("motion", 6)));
            double soft = laplacianVariance(shoot(renderer, scene, new FrameTruth.Blur("defocus", 2)));
            double softer = laplacianVariance(shoot(renderer, scene, new FrameTruth.Blur("defocus", 4)));
            assertThat(moved).isLessThan(0.6 * sharp);
            assertThat(soft).isLessThan(0.4 * sharp);
            assertThat(softer).isLessThan(soft);
        }
    }

    private static BufferedImage shoot(Renderer renderer, Scene scene, FrameTruth.Blur blur) {
        Shooting shooting = new Shooting(blur, 0.3, Shooting.NORMAL, 1, 0, 1, 0.1, null, null);
        return renderer.render(scene, 0, 0, shooting, 0, 0, -1, false).picture();
    }

    @Test
    void boxes_are_tight_around_masks() {
        int seen = 0;
        for (RenderedFrame frame : VIDEO) {
            byte[] mask = frame.mask();
            Set<Integer> values = new TreeSet<>();
            for (FrameTruth.Seen object : frame.truth().objects()) {
                int left = WIDTH;
                int top = HEIGHT;
                int right = 0;
                int bottom = 0;
                for (int i = 0; i < mask.length; i++) {
                    if ((mask[i] & 255) == object.mask()) {
                        left = Math.min(left, i % WIDTH);
                        right = Math.max(right, i % WIDTH + 1);
                        top = Math.min(top, i / WIDTH);
                        bottom = Math.max(bottom, i / WIDTH + 1);
                    }
                }
                assertThat(List.of(left, top, right, bottom)).isEqualTo(object.box());
                assertThat(object.visible()).isBetween(0.0, 1.0);
                values.add(object.mask());
                seen++;
            }
            for (byte value : mask) {
                assertThat(value == 0 || values.contains(value & 255)).isTrue();
            }
        }
        assertThat(seen).isGreaterThan(50);
    }

    @Test
    void an_object_in_the_open_is_wholly_visible_and_one_behind_a_wall_of_it_is_not() {
        Scene scene = new Scene(
                Place.STREET,
                Lights.noon(),
                Textures.of(Look.TRAINING).all(Textures.Stuff.CLOUDS).get(0));
        Material red = Material.plain(0xc02020);
        int behind = scene.add(new Scene.Thing(Kind.CAR, Colour.RED, "standing"));
        new Sculptor(scene.mesh(behind), 6).box(red, -1, 0.5, 10, 1, 2.5, 11);
        int before = scene.add(new Scene.Thing(Kind.HOUSE, Colour.WHITE, "standing"));
        new Sculptor(scene.mesh(before), 6).box(red, -0.2, 1, 4, 0.2, 2, 4.4);
        RenderedFrame frame = new Renderer(WIDTH, HEIGHT).render(scene, 0, 0, Shooting.plain(1), 0, 0, -1, false);
        FrameTruth.Seen car = frame.truth().objects().get(0);
        FrameTruth.Seen house = frame.truth().objects().get(1);
        assertThat(house.visible()).isGreaterThan(0.97);
        // the near box is 0.4 m wide at 4 m: 1 m of the far one's 2 m at 10 m
        assertThat(car.visible()).isBetween(0.44, 0.56);
        // the focal length is 160 px / tan(0.5 rad) = 292.9, and the camera is at (0, 1.5, 0): the corners (-1, 2.5,
        // 10) and
        // (1, 0.5, 10) are at 130.7, 60.7 and 189.3, 119.3; of a pixel half covered the left or upper half decides
        assertThat(car.box()).containsExactly(131, 61, 190, 120);
    }

    @Test
    void words_have_edges_that_the_clean_frame_has_not() {
        int words = 0;
        for (RenderedFrame frame : VIDEO) {
            if (frame.truth().text().isEmpty()) {
                assertThat(frame.clean()).isNull();
                continue;
            }
            BufferedImage clean = frame.clean();
            assertThat(clean).isNotNull();
            boolean[] inside = new boolean[WIDTH * HEIGHT];
            for (FrameTruth.Text text : frame.truth().text()) {
                double left =
                        text.quad().stream().mapToDouble(c -> c.get(0)).min().orElseThrow();
                double right =
                        text.quad().stream().mapToDouble(c -> c.get(0)).max().orElseThrow();
                double top =
                        text.quad().stream().mapToDouble(c -> c.get(1)).min().orElseThrow();
                double bottom =
                        text.quad().stream().mapToDouble(c -> c.get(1)).max().orElseThrow();
                // blur and a subtitle's box reach beyond the ink
                int margin = 12;
                for (int y = (int) Math.max(0, top - margin); y < Math.min(HEIGHT, bottom + margin); y++) {
                    for (int x = (int) Math.max(0, left - margin); x < Math.min(WIDTH, right + margin); x++) {
                        inside[y * WIDTH + x] = true;
                    }
                }
                if (text.visible() > 0.9 && frame.truth().exposure().equals("normal")) {
                    assertThat(edges(frame.picture(), left, top, right, bottom))
                            .as("%s in frame %d", text, frame.truth().frame())
                            .isGreaterThan(1.1 * edges(clean, left, top, right, bottom));
                    words++;
                }
            }
            int[] with = pixels(frame.picture());
            int[] without = pixels(clean);
            for (int i = 0; i < with.length; i++) {
                assertThat(with[i] == without[i] || inside[i])
                        .as("pixel %d differs", i)
                        .isTrue();
            }
        }
        assertThat(words).isGreaterThan(15);
    }

    private static double edges(BufferedImage picture, double left, double top, double right, double bottom) {
        double[] v = luma(picture);
        double sum = 0;
        for (int y = (int) Math.max(0, top); y < Math.min(HEIGHT - 1, bottom); y++) {
            for (int x = (int) Math.max(0, left); x < Math.min(WIDTH - 1, right); x++) {
                int i = y * WIDTH + x;
                sum += Math.abs(v[i + 1] - v[i]) + Math.abs(v[i + WIDTH] - v[i]);
            }
        }
        return sum;
    }

    @Test
    void captions_say_what_the_truth_says_and_no_other_word() {
        Set<String> vocabulary = new TreeSet<>(Caption.vocabulary());
        Renderer renderer = new Renderer(160, 90);
        List<FrameTruth> truths =
                new ArrayList<>(VIDEO.stream().map(RenderedFrame::truth).toList());
        for (int i = 0; i < 40; i++) {
            Dice dice = Dice.of(4, i);
            Look look = i % 2 == 0 ? Look.TRAINING : Look.HELD_OUT;
            Scene scene = i % 3 == 0 ? Room.random(look, dice) : Street.random(look, dice);
            truths.add(renderer.render(scene, 0, 0, Shooting.plain(i), 0, 0, -1, false)
                    .truth());
        }
        for (FrameTruth truth : truths) {
            Caption caption = Caption.parse(truth.caption());
            assertThat(caption.sentence()).isEqualTo(truth.caption());
            assertThat(caption.place().word()).isEqualTo(truth.place());
            Set<String> said = caption.groups().stream()
                    .map(g -> g.kind().word() + " " + g.colour().word() + " " + g.count())
                    .collect(Collectors.toCollection(TreeSet::new));
            Set<String> known = truth.objects().stream()
                    .filter(FrameTruth.Seen::named)
                    .collect(Collectors.groupingBy(s -> s.kind() + " " + s.colour(), Collectors.counting()))
                    .entrySet()
                    .stream()
                    .map(e -> e.getKey() + " " + Math.min(6, e.getValue()))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(said).as(truth.caption()).isEqualTo(known);
            assertThat(vocabulary)
                    .containsAll(List.of(truth.caption().replace(",", " ,").split(" ")));
        }
        assertThat(truths.stream().map(FrameTruth::caption).distinct().count()).isGreaterThan(35);
    }

    @Test
    void truth_is_a_line_of_json_with_the_agreed_names() throws java.io.IOException {
        ObjectMapper json = new ObjectMapper();
        FrameTruth truth = VIDEO.get(10).truth().in("000011.jpg");
        String line = json.writeValueAsString(truth);
        assertThat(line).doesNotContain("\n");
        JsonNode node = json.readTree(line);
        assertThat(node.path("file").asText()).isEqualTo("000011.jpg");
        assertThat(node.path("blur").path("kind").asText()).isEqualTo("none");
        for (String key : List.of("width", "height", "exposure", "noise", "shot", "still", "caption", "place")) {
            assertThat(node.has(key)).as(key).isTrue();
        }
        assertThat(node.path("objects").path(0).path("box")).hasSize(4);
        assertThat(node.path("objects").path(0).path("mask").asInt()).isEqualTo(1);
        assertThat(node.path("text").path(0).path("quad")).hasSize(4);
        assertThat(node.path("text").path(0).path("where").asText()).isIn("sign", "subtitle", "watermark");
        assertThat(json.readValue(line, FrameTruth.class)).isEqualTo(truth);
    }
}
