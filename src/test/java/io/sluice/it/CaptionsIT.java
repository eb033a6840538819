package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.video.PatternVideo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captions of a dataset that go out, come back changed, and outlive runs. */
final class CaptionsIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    @TempDir
    private Path folder;

    private void curate(String trigger) {
        Sluice.in(folder)
                .run(
                        "curate",
                        "rex.mp4",
                        "--dataset=rex",
                        "--set=extract.mode=rate",
                        "--set=select.similarity=1",
                        "--set=caption.trigger=" + trigger)
                .hasExitCode(0);
    }

    private Path dataset() {
        return folder.resolve("datasets/rex");
    }

    private String caption(JsonNode line) throws IOException {
        for (String file : Folder.files(dataset(), ".txt")) {
            if (file.endsWith("/" + line.path("frame").asText() + ".txt")) {
                return Files.readString(dataset().resolve(file));
            }
        }
        throw new AssertionError("no caption of " + line);
    }

    @Test
    void a_persons_captions_come_in_whole_and_win_over_every_run() throws IOException {
        PatternVideo.write(folder.resolve("rex.mp4"), 5, 1);
        curate("rexdog");
        Sluice.in(folder)
                .run("captions", "export", "rex", "--to=out/captions.jsonl")
                .hasExitCode(0)
                .says("captions, 0 of them a person's");
        List<String> lines = Files.readAllLines(folder.resolve("out/captions.jsonl"));
        assertThat(lines).hasSizeGreaterThan(3);
        ObjectNode first = (ObjectNode) JSON.readTree(lines.get(0));
        JsonNode second = JSON.readTree(lines.get(1));
        assertThat(first.path("caption").asText()).startsWith("rexdog").isEqualTo(caption(first));
        Map<String, String> before = Folder.digests(dataset());

        Files.writeString(
                folder.resolve("wrong.csv"),
                "frame,caption\n" + first.path("frame").asText() + ",by me\nnonsense,x\n"
                        + second.path("frame").asText() + ",\n");
        Sluice.Ended refused = Sluice.in(folder).run("captions", "import", "rex", "wrong.csv");
        refused.hasExitCode(2).says("line 3", "'nonsense'", "line 4", "empty", "nothing was changed");
        assertThat(refused.output()).doesNotContain("\tat ");
        assertThat(Folder.digests(dataset())).isEqualTo(before);

        first.put("caption", "striped pattern, by a person");
        Files.writeString(folder.resolve("right.jsonl"), first + "\n" + second + "\n");
        Sluice.in(folder)
                .run("captions", "import", "rex", "right.jsonl")
                .hasExitCode(0)
                .says("Taken: 2 captions, 1 of them changed");
        assertThat(caption(first)).isEqualTo("striped pattern, by a person");

        Sluice.in(folder)
                .run("captions", "replace", "rex", "striped", "checked", "--dry-run")
                .hasExitCode(0)
                .says("1 of " + lines.size() + " captions would change");
        assertThat(caption(first)).isEqualTo("striped pattern, by a person");
        Sluice.in(folder)
                .run("captions", "replace", "rex", "strip(e)d", "check$1d", "--regex")
                .hasExitCode(0)
                .says("Changed: 1 of " + lines.size());

        curate("otherword");

        assertThat(caption(first))
                .as("a person's, after a run with another trigger")
                .isEqualTo("checked pattern, by a person");
        assertThat(caption(second)).startsWith("otherword");
        assertThat(Files.readAllLines(dataset().resolve("frames.jsonl")))
                .filteredOn(line -> line.contains("\"captionStatus\":\"edited\""))
                .hasSize(1);
        Sluice.in(folder)
                .run("captions", "pairs", "rex", "--to=pairs.jsonl")
                .hasExitCode(0)
                .says("1 pair of " + lines.size());
        JsonNode pair = JSON.readTree(Files.readString(folder.resolve("pairs.jsonl")));
        assertThat(pair.path("machine").asText()).startsWith("otherword");
        assertThat(pair.path("human").asText()).isEqualTo("checked pattern, by a person");
        assertThat(dataset().resolve(pair.path("image").asText())).exists();
        Sluice.in(folder)
                .run("captions", "stats", "rex")
                .hasExitCode(0)
                .says(lines.size() + " captions, 1 of them a person's", "Words:", "otherword", "The same caption: 1");
    }

    @Test
    void what_is_not_there_or_wrong_is_named() {
        Sluice.in(folder).run("captions").hasExitCode(2).says("import");
        Sluice.in(folder).run("captions", "stats", "rex").hasExitCode(2).says("'rex'", "work folder");
        Sluice.in(folder)
                .run("captions", "import", "rex", "none.csv")
                .hasExitCode(2)
                .says("none.csv");
        Sluice.in(folder)
                .run("captions", "replace", "rex", "(", "x", "--regex")
                .hasExitCode(2)
                .says("'('");
    }
}
