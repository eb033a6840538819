package io.sluice.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.onnx.ModelException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads manifests from YAML; nothing in them is guessed or passed over. Thread-safe. */
public final class ManifestReader {
    private static final ObjectMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern URL = Pattern.compile("(https?|file):\\S+");

    private final List<ModelKind<?, ?>> kinds;

    /** @param kinds that manifests may name */
    public ManifestReader(List<ModelKind<?, ?>> kinds) {
        this.kinds = List.copyOf(kinds);
    }

    /**
     * @throws ModelException if the file cannot be read or anything in it is not allowed: the message names the file, the key,
     *     the value and what is allowed
     */
    public ModelManifest read(Path manifest) {
        return read(new ManifestSection(manifest, parse(manifest)));
    }

    /**
     * A manifest that lies elsewhere, as if it lay at this place: files that it names are looked for there.
     *
     * @throws ModelException as {@link #read(Path)} does
     */
    ModelManifest read(Path place, String yaml) {
        return read(new ManifestSection(place, parse(place, yaml)));
    }

    /**
     * The files that a manifest names, texts with labels included.
     *
     * @throws ModelException as {@link #read} does
     */
    public Set<Path> files(Path manifest) {
        ManifestSection root = new ManifestSection(manifest, parse(manifest));
        read(root);
        return root.files();
    }

    private ModelManifest read(ManifestSection root) {
        String id = root.text("id", ID, "lower-case letters, digits, '.', '_' and '-'");
        Role<?, ?> role = root.choice("role", Role.all(), Role::word);
        List<ModelKind<?, ?>> allowed =
                kinds.stream().filter(kind -> kind.role() == role).toList();
        ModelKind<?, ?> kind = root.choice("kind", allowed, ModelKind::word);
        List<ModelFile> files = files(root, kind);
        String licence = root.text("licence", ManifestSection.LINE, "the licence of the weights, as in Apache-2.0");
        int priority = (int) root.number("priority", 0, -1000, 1000, true);
        boolean onlyNamed = root.flag("onlyNamed", false);
        boolean recommended = root.flag("recommended", false);
        if (recommended && !Licences.FREE.contains(licence)) {
            throw root.wrong("licence", String.join(", ", Licences.FREE) + ", because the model is recommended");
        }
        ModelSettings<?, ?> settings = kind.settings().apply(root);
        root.close();
        return new ModelManifest(root.source(), id, kind, files, licence, priority, onlyNamed, recommended, settings);
    }

    /** A single network stands in the manifest itself, several files each in a section of their own. */
    private static List<ModelFile> files(ManifestSection root, ModelKind<?, ?> kind) {
        if (kind.files().equals(List.of(ModelFile.MODEL))) {
            return List.of(file(root, ModelFile.MODEL));
        }
        ManifestSection section = root.section("files");
        List<ModelFile> files = new ArrayList<>();
        for (String word : kind.files()) {
            section.required(word);
            ManifestSection of = section.section(word);
            files.add(file(of, word));
            of.close();
        }
        section.close();
        return files;
    }

    private static ModelFile file(ManifestSection section, String word) {
        Path path = section.file("file", section.text("file", ManifestSection.LINE, "a file name"));
        Optional<URI> url = section.optionalText("url", URL, "an address with https, http or file")
                .map(text -> address(section, text));
        OptionalLong bytes = section.has("bytes")
                ? OptionalLong.of((long) section.number("bytes", 0, 1, 1L << 50, true))
                : OptionalLong.empty();
        return new ModelFile(
                word, path, url, bytes, section.optionalText("sha256", SHA256, "64 digits of 0-9 and a-f"));
    }

    private static URI address(ManifestSection section, String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw section.wrong("url", "an address: " + e.getMessage());
        }
    }

    private static ObjectNode parse(Path manifest) {
        try {
            return parse(manifest, Files.readString(manifest));
        } catch (IOException e) {
            throw new ModelException("manifest '" + manifest + "' cannot be read: " + e, e);
        }
    }

    private static ObjectNode parse(Path manifest, String yaml) {
        JsonNode tree;
        try {
            tree = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new ModelException("manifest '" + manifest + "' is not valid YAML: " + e.getOriginalMessage(), e);
        }
        if (tree instanceof ObjectNode object) {
            return object;
        }
        throw new ModelException("manifest '" + manifest + "' is not a manifest: keys and values are required");
    }
}
