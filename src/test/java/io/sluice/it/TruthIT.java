package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.Assets;
import io.sluice.image.Image;
import io.sluice.image.ImageCodec;
import io.sluice.it.Outcomes.Outcome;
import io.sluice.model.Model;
import io.sluice.model.ModelFiles;
import io.sluice.model.ModelFolder;
import io.sluice.model.Models;
import io.sluice.model.Role;
import io.sluice.model.ShippedModels;
import io.sluice.model.TextRegion;
import io.sluice.model.kind.Kinds;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.world.Caption;
import io.sluice.world.FrameTruth;
import io.sluice.world.Kind;
import io.sluice.world.Look;
import io.sluice.world.Place;
import io.sluice.world.RenderedVideo;
import io.sluice.world.SceneScript;
import io.sluice.world.SceneScript.Cast;
import io.sluice.world.SceneScript.Event;
import io.sluice.world.SceneScript.Move;
import io.sluice.world.SceneScript.Shot;
import io.sluice.world.SceneScript.Span;
import io.sluice.world.World;
import java.awt.geom.Area;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole pipeline on a rendered video of which everything is known, in the look that no starter model was trained on, by the
 * demo's recipe. Each figure is printed, and held to what the demo needs.
 */
final class TruthIT {
    private static final int FRAMES_PER_SECOND = 6;
    private static final int SHOTS = 24;

    /** What the recipe's trigger puts before each sentence. */
    private static final String TRIGGER = "rex, ";

    /** More than five of a group are "many". */
    private static final int MANY = 6;

    /** {@code detect.minConfidence} of the recipe. */
    private static final double CONFIDENT = 0.55;

    /** Two boxes are one from here on. */
    private static final double SAME = 0.5;

    @TempDir
    private static Path folder;

    private static List<Outcome> frames = List.of();

    /** The same video by the same recipe without a target, scores or embeddings: every sharp frame comes to select. */
    private static List<Outcome> sharp = List.of();

    @BeforeAll
    static void run() throws IOException {
        Path video = folder.resolve("truth.mp4");
        RenderedVideo rendered = World.film(script(), 640, 360, video);

        Path recipe = folder.resolve("recipe.yaml");
        // On the class path it is in the packaged jar.
        try (InputStream packaged = TruthIT.class.getResourceAsStream("/io/sluice/command/demo-recipe.yaml")) {
            Files.copy(Objects.requireNonNull(packaged), recipe);
        }

        frames = curated(video, recipe, "demo", rendered);

        List<String> everything = Files.readAllLines(recipe).stream()
                .filter(line -> !line.matches("(detect|embed|aesthetic):.*"))
                .toList();
        Path wider = Files.write(folder.resolve("everything.yaml"), everything);
        sharp = curated(video, wider, "everything", rendered);
    }

    private static List<Outcome> curated(Path video, Path recipe, String dataset, RenderedVideo rendered)
            throws IOException {
        Sluice.Ended ended = Sluice.in(folder)
                .run(
                        "curate",
                        video.toString(),
                        "--recipe=" + recipe,
                        "--dataset=" + dataset,
                        "--work=" + dataset + "/work",
                        "--out=" + dataset + "/datasets")
                .hasExitCode(0);
        System.out.println(dataset + ": " + ended.wallTime());
        System.out.println(ended.output());
        List<Outcome> outcomes = Outcomes.of(folder.resolve(dataset), dataset, rendered.truth(), FRAMES_PER_SECOND);
        assertThat(outcomes).hasSize(SHOTS * 4);
        return outcomes;
    }

    /** Of four shots one is smeared for half of its time, one out of focus, and in one nothing moves. */
    private static SceneScript script() {
        int length = 2 * FRAMES_PER_SECOND;
        List<Shot> shots = new ArrayList<>();
        for (int i = 0; i < SHOTS; i++) {
            boolean nobody = i % 6 == 5;
            Place place = i % 3 == 2 ? Place.ROOM : Place.STREET;
            Cast cast = place == Place.ROOM
                    ? new Cast(nobody ? 0 : 1, 1, 0, 1, null)
                    : new Cast(nobody ? 0 : 1, i % 3, 1 + i % 2, 1, null);
            int half = length / 2;
            List<Span> spans = switch (i % 4) {
                case 0 -> List.of(new Span(Event.MOTION_BLUR, half, length, 8 + i % 3 * 6));
                case 1 -> List.of(new Span(Event.DEFOCUS, 0, half, 2.5 + i % 3 * 1.5));
                case 2 -> List.of(new Span(Event.STILL, 0, length, 0));
                default -> List.of();
            };
            Span subtitle = i % 2 == 1 ? new Span(Event.STILL, 0, length, 0) : null;
            shots.add(new Shot(place, 7000 + i, length, Move.values()[i % 4], cast, spans, subtitle, 1 + i % 3));
        }
        return new SceneScript(77, Look.HELD_OUT, FRAMES_PER_SECOND, shots, true);
    }

    @Test
    void blurred_frames_are_told_from_sharp_ones() {
        Agreement blur = new Agreement();
        for (Outcome frame : frames) {
            boolean said = frame.rejection()
                    .filter(reason -> reason.startsWith("blurred"))
                    .isPresent();
            blur.add(isBlurred(frame), said);
        }

        blur.print("blur");
        assertThat(blur.f1()).isGreaterThanOrEqualTo(0.95);
    }

    private static boolean isBlurred(Outcome frame) {
        return !frame.truth().blur().kind().equals("none");
    }

    @Test
    void the_target_is_found_where_it_is() {
        Agreement dogs = new Agreement();
        for (Outcome frame : frames) {
            if (isBlurred(frame) || frame.objects().isEmpty()) {
                continue;
            }
            List<Rectangle2D> found = new ArrayList<>();
            for (JsonNode object : frame.objects().get()) {
                if (object.path("label").asText().equals("dog")
                        && object.path("score").asDouble() >= CONFIDENT) {
                    JsonNode box = object.path("box");
                    found.add(rectangle(
                            box.path("left").asDouble(),
                            box.path("top").asDouble(),
                            box.path("right").asDouble(),
                            box.path("bottom").asDouble()));
                }
            }
            for (FrameTruth.Seen dog : frame.truth().objects()) {
                if (!dog.kind().equals(Kind.DOG.word())) {
                    continue;
                }
                List<Integer> b = dog.box();
                Rectangle2D box = rectangle(b.get(0), b.get(1), b.get(2), b.get(3));
                Optional<Rectangle2D> match = found.stream()
                        .filter(other -> overlap(box, other) >= SAME)
                        .findFirst();
                match.ifPresent(found::remove);
                // Of one that is far away or hidden nothing is asked, and finding it is no mistake.
                if (dog.named()) {
                    dogs.add(true, match.isPresent());
                }
            }
            found.forEach(nothing -> dogs.add(false, true));
        }

        dogs.print("target detection");
        assertThat(dogs.f1()).isGreaterThanOrEqualTo(0.85);
    }

    @Test
    void of_a_still_stretch_one_frame_stays_and_of_every_shot_some() {
        Map<Integer, List<Outcome>> stretches = sharp.stream()
                .filter(frame -> frame.truth().still() >= 0)
                .collect(Collectors.groupingBy(frame -> frame.truth().still(), TreeMap::new, Collectors.toList()));
        assertThat(stretches).hasSize(SHOTS / 4);
        Agreement duplicates = new Agreement();
        for (List<Outcome> stretch : stretches.values()) {
            List<Outcome> reached = stretch.stream()
                    .filter(frame -> frame.isKept()
                            || frame.rejection()
                                    .filter(Set.of("near-duplicate", "same-content")::contains)
                                    .isPresent())
                    .toList();
            assertThat(reached.stream().filter(Outcome::isKept).count())
                    .as(
                            "kept frames of the still stretch from frame %d",
                            stretch.get(0).truth().still())
                    .isEqualTo(1);
            for (int i = 1; i < reached.size(); i++) {
                duplicates.add(
                        true, i >= reached.stream().filter(Outcome::isKept).count());
            }
        }
        duplicates.print("near-duplicates in still stretches");
        assertThat(duplicates.right).isGreaterThanOrEqualTo(SHOTS / 2);
        assertThat(duplicates.f1()).isEqualTo(1);
        Set<Integer> shots = sharp.stream()
                .filter(Outcome::isKept)
                .map(frame -> frame.truth().shot())
                .collect(Collectors.toSet());
        assertThat(shots).as("shots of which something is kept").hasSize(SHOTS);
    }

    @Test
    void hardly_any_text_is_left_after_cleaning() throws IOException {
        Path judge = Files.createDirectories(folder.resolve("judge"));
        boolean independent = Assets.areThere();
        if (independent) {
            ModelFiles.put(judge, "pp-ocrv3-det", "textdet/ch_PP-OCRv3_det_infer.onnx");
        }
        int boxes = 0;
        int left = 0;
        try (Models models = new Models(
                new ModelFolder(judge, Kinds.ALL, Optional.of(ShippedModels.folder())), new OnnxRuntime(Device.CPU))) {
            Model<Image, List<TextRegion>> detector = models.model(
                            Role.TEXT_DETECT, independent ? "pp-ocrv3-det" : ShippedModels.STARTER)
                    .orElseThrow();
            for (Outcome frame : sharp) {
                if (!frame.isKept()) {
                    continue;
                }
                List<Area> before = text(detector, frame.original());
                List<Area> after = text(detector, frame.picture().orElseThrow());
                for (FrameTruth.Text text : frame.truth().text()) {
                    Area word = area(text.quad().stream().flatMap(List::stream).toList());
                    if (before.stream().noneMatch(box -> meets(word, box))) {
                        continue;
                    }
                    boxes++;
                    if (after.stream().anyMatch(box -> meets(word, box))) {
                        left++;
                        System.out.printf(
                                "text left in %s: %s%n",
                                frame.picture().orElseThrow().getFileName(), text);
                    }
                }
            }
        }

        System.out.printf(
                Locale.ROOT,
                "text left: %d of %d boxes, by %s%n",
                left,
                boxes,
                independent ? "PP-OCRv3" : "the starter model");
        assertThat(boxes).isGreaterThan(2 * SHOTS);
        assertThat(left).isLessThanOrEqualTo((int) (0.03 * boxes));
    }

    @Test
    void captions_say_what_is_there_and_stand_beside_their_own_picture() throws IOException {
        List<Outcome> kept = sharp.stream().filter(Outcome::isKept).toList();
        assertThat(kept).hasSizeGreaterThanOrEqualTo(SHOTS);
        Agreement kinds = new Agreement();
        Agreement colours = new Agreement();
        Agreement counts = new Agreement();
        Agreement others = new Agreement();
        for (int i = 0; i < kept.size(); i++) {
            JsonNode line = kept.get(i).line().orElseThrow();
            Path picture = kept.get(i).picture().orElseThrow();
            String beside = Files.readString(
                    picture.resolveSibling(picture.getFileName().toString().replaceFirst("\\.\\w+$", ".txt")));
            assertThat(beside).isEqualTo(line.path("caption").asText()).startsWith(TRIGGER);
            List<Caption.Group> said = groups(beside.substring(TRIGGER.length()));
            FrameTruth truth = kept.get(i).truth();
            compare(truth, said, TruthIT::kind, false, kinds);
            compare(truth, said, TruthIT::kindAndColour, false, colours);
            compare(truth, said, TruthIT::kindAndColour, true, counts);
            // A frame of another scene, half of the dataset away.
            FrameTruth elsewhere = kept.get((i + kept.size() / 2) % kept.size()).truth();
            compare(elsewhere, said, TruthIT::kindAndColour, true, others);
        }

        kinds.print("captions, kind");
        colours.print("captions, kind and colour");
        counts.print("captions, kind, colour and count");
        others.print("captions, kind, colour and count, held against another picture");
        assertThat(counts.f1() - others.f1())
                .as("captions are of their own pictures")
                .isGreaterThan(0.3);
        assertThat(List.of(kinds.precision(), colours.precision(), counts.precision()))
                .as("what captions say of kind, colour and count is true")
                .allSatisfy(precision -> assertThat(precision).isGreaterThanOrEqualTo(0.85));
        assertThat((double) counts.right / colours.right)
                .as("groups of the right kind and colour whose number is right")
                .isGreaterThanOrEqualTo(0.85);
        // Here what captions leave out counts as a mistake too.
        assertThat(kinds.f1()).isGreaterThanOrEqualTo(0.85);
        assertThat(colours.f1()).isGreaterThanOrEqualTo(0.85);
        assertThat(counts.f1()).isGreaterThanOrEqualTo(0.78);
    }

    /** A sentence that is none of the grammar says nothing. */
    private static List<Caption.Group> groups(String sentence) {
        try {
            return Caption.parse(sentence).groups();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** What is smaller or more hidden than this is not to be seen by anybody. */
    private static boolean isSeen(FrameTruth.Seen object, FrameTruth frame) {
        List<Integer> b = object.box();
        double area = (b.get(2) - b.get(0)) * (double) (b.get(3) - b.get(1));
        return object.visible() >= 0.15 && area >= 0.001 * frame.width() * frame.height();
    }

    /**
     * A group that has to be told of is told or missed; one that is told of is wrong if there is none such to be seen. Of objects
     * that are seen and not named nothing is asked: to tell of them, alone or with others of their group, is true.
     *
     * @param attribute what of a kind and a colour counts
     * @param counted whether their number counts too
     */
    private static void compare(
            FrameTruth truth,
            List<Caption.Group> said,
            BinaryOperator<String> attribute,
            boolean counted,
            Agreement agreement) {
        Map<String, Integer> asked = new TreeMap<>();
        Map<String, Integer> seen = new TreeMap<>();
        for (FrameTruth.Seen object : truth.objects()) {
            String key = attribute.apply(object.kind(), object.colour());
            if (object.named()) {
                asked.merge(key, 1, Integer::sum);
            }
            if (object.named() || isSeen(object, truth)) {
                seen.merge(key, 1, Integer::sum);
            }
        }
        Map<String, Integer> told = new TreeMap<>();
        said.forEach(group ->
                told.merge(attribute.apply(group.kind().word(), group.colour().word()), group.count(), Integer::sum));
        asked.forEach((key, number) -> agreement.add(
                true,
                told.containsKey(key)
                        && (!counted
                                || told.get(key) >= Math.min(MANY, number)
                                        && told.get(key) <= seen.getOrDefault(key, 0))));
        told.forEach((key, number) -> {
            boolean isTrue = seen.containsKey(key)
                    && (!counted
                            || number <= seen.getOrDefault(key, 0)
                                    && number >= Math.min(MANY, asked.getOrDefault(key, 0)));
            if (!isTrue) {
                agreement.add(false, true);
            }
        });
    }

    private static String kind(String kind, String colour) {
        return kind;
    }

    private static String kindAndColour(String kind, String colour) {
        return kind + " " + colour;
    }

    private static List<Area> text(Model<Image, List<TextRegion>> detector, Path picture) throws IOException {
        return detector.infer(List.of(ImageCodec.decode(Files.readAllBytes(picture)))).get(0).stream()
                .map(region -> area(region.corners()))
                .toList();
    }

    /** Whether a box that was found is about these words: a third of the smaller one lies in the other. */
    private static boolean meets(Area words, Area box) {
        return size(intersection(words, box)) >= Math.min(size(words), size(box)) / 3;
    }

    private static double overlap(Rectangle2D a, Rectangle2D b) {
        double both = size(intersection(new Area(a), new Area(b)));
        return both / (a.getWidth() * a.getHeight() + b.getWidth() * b.getHeight() - both);
    }

    private static Rectangle2D rectangle(double left, double top, double right, double bottom) {
        return new Rectangle2D.Double(left, top, right - left, bottom - top);
    }

    private static Area area(List<Double> corners) {
        Path2D.Double path = new Path2D.Double();
        for (int i = 0; i < corners.size(); i += 2) {
            if (i == 0) {
                path.moveTo(corners.get(0), corners.get(1));
            } else {
                path.lineTo(corners.get(i), corners.get(i + 1));
            }
        }
        path.closePath();
        return new Area(path);
    }

    private static Area intersection(Area a, Area b) {
        Area both = new Area(a);
        both.intersect(b);
        return both;
    }

    /** Pixels of a shape with straight sides: half the sum of the cross products along its edges, piece by piece. */
    private static double size(Area area) {
        double twice = 0;
        double[] c = new double[6];
        double startX = 0;
        double startY = 0;
        double x = 0;
        double y = 0;
        for (var edge = area.getPathIterator(null); !edge.isDone(); edge.next()) {
            int kind = edge.currentSegment(c);
            boolean closing = kind == java.awt.geom.PathIterator.SEG_CLOSE;
            double toX = closing ? startX : c[0];
            double toY = closing ? startY : c[1];
            if (kind == java.awt.geom.PathIterator.SEG_MOVETO) {
                startX = toX;
                startY = toY;
            } else {
                twice += x * toY - toX * y;
            }
            x = toX;
            y = toY;
        }
        return Math.abs(twice) / 2;
    }

    /** Counts what is and what was said. */
    private static final class Agreement {
        private int right;
        private int missed;
        private int wrong;

        void add(boolean is, boolean said) {
            right += is && said ? 1 : 0;
            missed += is && !said ? 1 : 0;
            wrong += !is && said ? 1 : 0;
        }

        double f1() {
            return right == 0 ? 0 : 2.0 * right / (2.0 * right + missed + wrong);
        }

        /** Of what was said, the share that is. */
        double precision() {
            return right == 0 ? 0 : (double) right / (right + wrong);
        }

        void print(String what) {
            System.out.printf(
                    Locale.ROOT,
                    "%s: F1 %.3f, precision %.3f, %d right, %d missed, %d wrong%n",
                    what,
                    f1(),
                    precision(),
                    right,
                    missed,
                    wrong);
        }
    }
}
