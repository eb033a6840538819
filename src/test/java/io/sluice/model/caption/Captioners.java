package io.sluice.model.caption;

import io.sluice.model.ModelFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The small captioners of make_captioners.py as model folders. */
public final class Captioners {
    private static final Map<String, String> FILES = Map.of(
            "blip",
            "files: {encoder: {file: blip-encoder.onnx}, decoder: {file: blip-decoder.onnx}, tokenizer: {file: blip-vocab.txt}}\n"
                    + "output: {start: [17], stop: [3]}\n",
            "vit-gpt2",
            "files: {encoder: {file: vit-gpt2-encoder.onnx}, decoder: {file: vit-gpt2-decoder.onnx},"
                    + " tokenizer: {file: vit-gpt2-tokenizer.json}}\n"
                    + "output: {start: [6], stop: [6]}\n",
            "florence-2",
            "files: {vision: {file: florence-2-vision.onnx}, embed: {file: florence-2-embed.onnx},"
                    + " encoder: {file: florence-2-encoder.onnx}, decoder: {file: florence-2-decoder.onnx},"
                    + " tokenizer: {file: florence-2-tokenizer.json}}\n"
                    + "output: { }\n");

    private Captioners() {}

    /** Puts the captioner of this kind into the folder, and all networks beside it; its id is its kind. */
    public static void put(Path folder, String kind, UnaryOperator<String> change) throws IOException {
        Files.createDirectories(folder);
        Path resources = Objects.requireNonNull(
                ModelFiles.resource("/io/sluice/model/caption/blip-vocab.txt").getParent());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(resources, "*.{onnx,txt,json}")) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(Objects.requireNonNull(file.getFileName())));
            }
        }
        String manifest = "id: " + kind + "\nrole: caption\nkind: " + kind + "\nlicence: Apache-2.0\n"
                + "input: {width: 8, height: 8, colour: rgb, resize: stretch, scale: 0.00392156862745098,"
                + " mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}\n"
                + FILES.get(kind);
        Files.writeString(folder.resolve(kind + ".yaml"), change.apply(manifest));
    }
}
