package io.sluice.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What README.md says of a recipe's keys. */
class ReadmeTest {
    private static final Pattern DEFAULTS =
            Pattern.compile("These are the defaults:\\s+```yaml\n(.*?)```", Pattern.DOTALL);

    private final String defaults = defaults();

    private static String defaults() {
        try {
            Matcher block = DEFAULTS.matcher(Files.readString(Path.of("README.md")));
            assertThat(block.find()).isTrue();
            return block.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void its_defaults_are_the_defaults() {
        assertThat(RecipeReader.read(defaults, Map.of())).isEqualTo(RecipeReader.read("", Map.of()));
    }

    @Test
    void it_leaves_out_no_key() throws IOException {
        JsonNode tree = new YAMLMapper().readTree(defaults);
        for (RecordComponent section : Recipe.class.getRecordComponents()) {
            if (section.getType().isRecord()) {
                assertThat(keys(tree.path(section.getName())))
                        .as(section.getName())
                        .isEqualTo(section.getType().getRecordComponents().length);
            } else if (!section.getName().equals("canonical")) {
                assertThat(tree.has(section.getName())).as(section.getName()).isTrue();
            }
        }
    }

    private static int keys(JsonNode section) {
        int keys = 0;
        for (JsonNode value : section) {
            keys += value.isObject() ? keys(value) : 1;
        }
        return keys;
    }
}
