package io.sluice.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.frame.Box;
import io.sluice.frame.Detection;
import io.sluice.store.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The layouts that are folders of pictures. A caption is written before its picture, so that there is no picture without one. */
final class FolderFiles implements LayoutFiles {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final FileTree files;
    private final ExportOptions options;
    private final boolean masked;
    /** Of each folder its concept, by the folder's name. */
    private final Map<String, Example> folders = new TreeMap<>();
    /** The list of the layouts that have one. */
    private final StringBuilder lines = new StringBuilder();

    FolderFiles(FileTree files, ExportOptions options, boolean masked) {
        this.files = files;
        this.options = options;
        this.masked = masked;
    }

    @Override
    public void put(Example example, PictureFile facts, byte[] picture, Optional<byte[]> mask) throws IOException {
        folders.putIfAbsent(example.folder(), example);
        switch (options.layout()) {
            case KOHYA -> {
                mask(mask, "masks/" + example.folder() + "/" + example.name());
                beside("img/" + example.folder() + "/", example, picture);
            }
            case ONETRAINER -> {
                mask(mask, example.folder() + "/" + example.id() + "-masklabel.png");
                beside(example.folder() + "/", example, picture);
            }
            case IMAGEFOLDER -> {
                mask(mask, maskOf(example));
                files.put("train/" + example.name(), picture);
                ObjectNode line = JSON.createObjectNode();
                line.put("file_name", example.name());
                line.put("text", example.caption());
                if (mask.isPresent()) {
                    line.put("mask", "../" + maskOf(example));
                }
                add(line);
            }
            case JSONL -> {
                mask(mask, maskOf(example));
                files.put("pictures/" + example.name(), picture);
                add(line(example, facts, mask.isPresent()));
            }
            case WEBDATASET -> throw new IllegalStateException("shards are no folders");
        }
    }

    private void mask(Optional<byte[]> mask, String place) throws IOException {
        if (mask.isPresent()) {
            files.put(place, mask.get());
        }
    }

    private static String maskOf(Example example) {
        return "masks/" + example.id() + ".png";
    }

    private void beside(String folder, Example example, byte[] picture) throws IOException {
        files.put(folder + example.id() + ".txt", example.caption().getBytes(StandardCharsets.UTF_8));
        files.put(folder + example.name(), picture);
    }

    private static ObjectNode line(Example example, PictureFile facts, boolean masked) {
        ObjectNode line = JSON.createObjectNode();
        line.put("id", example.id().value());
        line.put("file", "pictures/" + example.name());
        line.put("caption", example.caption());
        line.put("width", facts.width());
        line.put("height", facts.height());
        line.put("repeats", example.repeats());
        line.put("concept", example.concept());
        line.put("video", example.video());
        line.put("time", example.time());
        ArrayNode subjects = line.putArray("subjects");
        for (Detection subject : example.subjects()) {
            Box box = subject.box();
            ObjectNode one = subjects.addObject();
            one.put("label", subject.label());
            one.putArray("box").add(box.left()).add(box.top()).add(box.right()).add(box.bottom());
        }
        line.put("mask", masked ? maskOf(example) : null);
        return line;
    }

    private void add(ObjectNode line) {
        lines.append(line).append('\n');
    }

    @Override
    public void finish() throws IOException {
        switch (options.layout()) {
            case KOHYA ->
                files.put("dataset.toml", KohyaToml.of(options, masked, folders).getBytes(StandardCharsets.UTF_8));
            case IMAGEFOLDER ->
                files.put("train/metadata.jsonl", lines.toString().getBytes(StandardCharsets.UTF_8));
            case JSONL -> files.put("data.jsonl", lines.toString().getBytes(StandardCharsets.UTF_8));
            case ONETRAINER, WEBDATASET -> {
                // these have no list
            }
        }
    }
}
