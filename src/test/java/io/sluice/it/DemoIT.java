package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that shows everything. */
final class DemoIT {
    @TempDir
    private Path folder;

    @Test
    void the_demo_runs_every_stage_on_a_model_and_leaves_what_a_person_looks_at() throws IOException {
        Sluice.Ended ended = Sluice.in(folder).run("demo").hasExitCode(0);

        System.out.println("demo: " + ended.wallTime());
        Path dataset = folder.resolve("datasets/demo");
        // The folder's name may lead through a link.
        ended.says("demo.mp4", "why rejected", "Dataset: ", "Contact sheet: ", "datasets/demo/contact-sheet.html");
        JsonNode report = Folder.json(dataset.resolve("report.json"));
        assertThat(report.path("models"))
                .extracting(model -> model.path("id").asText())
                .containsExactlyInAnyOrder(
                        "starter-detect",
                        "starter-image-embed",
                        "starter-aesthetic",
                        "starter-text-detect",
                        "starter-segment",
                        "starter-inpaint",
                        "starter-caption");
        assertThat(report.path("kept").asInt()).isGreaterThanOrEqualTo(8);
        for (JsonNode stage : report.path("stages")) {
            assertThat(stage.path("failed").asInt())
                    .as(stage.path("stage").asText())
                    .isZero();
        }
        assertThat(Folder.stage(report, "blur").path("reasons").path("blurred").asInt())
                .isPositive();
        assertThat(Folder.stage(report, "detect")
                        .path("reasons")
                        .path("no-target")
                        .asInt())
                .isPositive();
        assertThat(Folder.stage(report, "select")
                        .path("reasons")
                        .path("near-duplicate")
                        .asInt())
                .isPositive();
        BufferedImage sheet = ImageIO.read(dataset.resolve("contact-sheet.png").toFile());
        assertThat(sheet.getWidth()).isEqualTo(1680);
        assertThat(Files.readString(dataset.resolve("contact-sheet.html")))
                .contains("before and after", "Left out by", "rex, ");
        assertThat(Folder.files(folder.resolve("work/demo"))).containsExactly("demo.mp4", "recipe.yaml", "truth.jsonl");

        Map<String, String> digests = Folder.digests(dataset);
        Sluice.in(folder).run("demo").hasExitCode(0).says("already in dataset demo");
        assertThat(Folder.digests(dataset)).isEqualTo(digests);
    }

    @Test
    void starter_models_are_for_who_names_them_alone() {
        Sluice.Ended listed = Sluice.in(folder).run("models", "list").hasExitCode(0);
        assertThat(listed.output()).containsPattern("starter-detect +detect .* yes +by id");

        Sluice.in(folder)
                .run("curate", anything(), "--set=detect.target=[dog]")
                .hasExitCode(2)
                .says("detect.target: 'dog' needs a model with the role detect");
        Sluice.in(folder)
                .run("curate", anything(), "--set=inpaint.text=true")
                .hasExitCode(2)
                .says("inpaint.text: 'true' needs a model with the role text-detect");
        Sluice.in(folder)
                .run("curate", anything(), "--set=detect.target=[wolf]", "--set=detect.method=starter")
                .hasExitCode(2)
                .says("'wolf' is no label of model 'starter-detect'");
    }

    /** A file of any kind: the recipe is looked at before the video. */
    private static String anything() {
        return Path.of("pom.xml").toAbsolutePath().toString();
    }
}
