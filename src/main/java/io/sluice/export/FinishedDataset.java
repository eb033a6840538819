package io.sluice.export;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.frame.Box;
import io.sluice.frame.Crop;
import io.sluice.frame.Detection;
import io.sluice.frame.Detections;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.ImageRef;
import io.sluice.frame.Removal;
import io.sluice.frame.VideoId;
import io.sluice.recipe.Recipe;
import io.sluice.recipe.Target;
import io.sluice.store.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Reads what a dataset consists of, with captions as they stand in its files now: a person may have changed some since. */
public final class FinishedDataset {
    private static final String LINES = "frames.jsonl";
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern PLACE = Pattern.compile("img/[0-9]{1,6}_[^/]+/[^/]+\\.(jpg|png)");

    private FinishedDataset() {}

    /**
     * By id.
     *
     * @param recipe says what the subject of a picture is
     * @throws ExportException if it is not finished, a line is not understood, or a caption cannot be read
     */
    public static List<Example> read(FileTree files, Recipe recipe) throws IOException {
        return read(files, recipe, frame -> true);
    }

    /**
     * As above.
     *
     * @param wanted frames; captions of others are not read
     */
    public static List<Example> read(FileTree files, Recipe recipe, Predicate<FrameId> wanted) throws IOException {
        String lines = files.read(LINES)
                .map(bytes -> text(files.name() + "/" + LINES, bytes))
                .orElseThrow(() -> new ExportException("dataset '" + files.name() + "' has no " + LINES
                        + ": it is not finished; allowed: a dataset whose run has ended"));
        List<Example> examples = new ArrayList<>();
        int number = 0;
        for (String line : lines.lines().toList()) {
            number++;
            example(files, recipe, wanted, line, LINES + " line " + number).ifPresent(examples::add);
        }
        return examples;
    }

    private static Optional<Example> example(
            FileTree files, Recipe recipe, Predicate<FrameId> wanted, String line, String where) throws IOException {
        try {
            JsonNode node = JSON.readTree(line);
            FrameId id = new FrameId(node.path("id").asText());
            if (!wanted.test(id)) {
                return Optional.empty();
            }
            String file = node.path("file").asText();
            if (!PLACE.matcher(file).matches()) {
                throw new ExportException(where + ": file '" + file + "' is not of the form img/10_words/name.jpg");
            }
            List<Detection> objects = new ArrayList<>();
            for (JsonNode box : node.path("boxes")) {
                JsonNode sides = box.path("box");
                objects.add(new Detection(
                        box.path("label").asText(),
                        box.path("score").asDouble(),
                        new Box(
                                sides.path(0).asDouble(),
                                sides.path(1).asDouble(),
                                sides.path(2).asDouble(),
                                sides.path(3).asDouble())));
            }
            VideoId video = new VideoId(node.path("video").asText());
            double time = node.path("time").asDouble();
            ImageRef image = new ImageRef(
                    file, node.path("width").asInt(), node.path("height").asInt(), ImageRef.JPEG, 0, "");
            Optional<Crop> crop = crop(node.path("crop"));
            Removal removal = new Removal(Removal.NOTHING, 0, List.of(), List.of(), List.of(), crop);
            Frame frame = new Frame(id, video, 0, 0, image, List.of(new Detections("", objects), removal));
            return Optional.of(new Example(
                    id,
                    video.sha256(),
                    time,
                    file,
                    file.split("/")[1],
                    caption(files, file, node.path("caption").asText()),
                    Target.subjects(recipe.detect(), frame).stream()
                            .map(subject -> crop.map(part ->
                                            new Detection(subject.label(), subject.score(), part.inside(subject.box())))
                                    .orElse(subject))
                            .toList()));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ExportException(where + ": " + e.getMessage());
        }
    }

    private static Optional<Crop> crop(JsonNode node) {
        JsonNode box = node.path("box");
        JsonNode of = node.path("of");
        return node.isMissingNode()
                ? Optional.empty()
                : Optional.of(new Crop(
                        box.path(0).asInt(),
                        box.path(1).asInt(),
                        box.path(2).asInt(),
                        box.path(3).asInt(),
                        of.path(0).asInt(),
                        of.path(1).asInt()));
    }

    /** The first line of the caption's file; what was listed where the file has gone or was emptied, as the dataset's writer does. */
    private static String caption(FileTree files, String picture, String listed) throws IOException {
        String place = picture.substring(0, picture.lastIndexOf('.')) + ".txt";
        Optional<byte[]> bytes = files.read(place);
        String found = bytes.isEmpty()
                ? ""
                : text(place, bytes.get()).lines().findFirst().orElse("").strip();
        String caption = found.isEmpty() ? listed.strip() : found;
        if (caption.isEmpty()) {
            throw new ExportException(
                    "caption '" + place + "' is empty: a trainer stops there; write one line into it");
        }
        return caption;
    }

    private static String text(String file, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new ExportException("file '" + file + "' is not UTF-8: a trainer stops there; save it as UTF-8");
        }
    }
}
