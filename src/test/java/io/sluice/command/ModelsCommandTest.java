package io.sluice.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.Assets;
import io.sluice.download.RawServer;
import io.sluice.model.ModelFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ModelsCommandTest {
    @TempDir
    Path root;

    private RawServer server;
    /** What comes with the program is no part of most tests. */
    private Optional<Path> shipped = Optional.empty();

    private String out = "";
    private String err = "";

    @BeforeEach
    void start() throws IOException {
        server = new RawServer();
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private Path models() {
        return root.resolve("models");
    }

    private int run(String... args) {
        StringWriter said = new StringWriter();
        StringWriter complained = new StringWriter();
        String[] all = new String[args.length + 3];
        all[0] = "models";
        System.arraycopy(args, 0, all, 1, args.length);
        all[args.length + 1] = "--models";
        all[args.length + 2] = models().toString();
        int code = Main.commandLine(shipped)
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setOut(new PrintWriter(said, true))
                .setErr(new PrintWriter(complained, true))
                .execute(all);
        out = said.toString();
        err = complained.toString();
        return code;
    }

    private static byte[] network() throws IOException {
        return Files.readAllBytes(ModelFiles.resource("/io/sluice/onnx/brightness-yolox.onnx"));
    }

    /** The test detector's manifest with further keys. */
    private Path manifest(Path folder, String keys) throws IOException {
        String yaml = Files.readString(ModelFiles.resource("/models/brightness.yaml"));
        return Files.writeString(Files.createDirectories(folder).resolve("brightness.yaml"), yaml + keys);
    }

    @Test
    void a_file_that_nothing_proves_is_recorded_at_its_first_download_and_held_to_that() throws IOException {
        manifest(models(), "\nrecommended: true\nurl: " + server.at("/b") + "\n");
        server.on("/b", RawServer.file(network(), "\"1\""));

        assertThat(run("pull")).as(err).isZero();
        assertThat(out).contains("brightness: detect, ?, licence ").contains("recorded in");
        assertThat(models().resolve("models.lock")).content().contains("  brightness-yolox.onnx\n");
        assertThat(run("verify")).isZero();
        assertThat(run("pull", "detect")).isZero();
        assertThat(out).contains("is there already");
        assertThat(run("list")).isZero();
        assertThat(out).containsPattern("brightness +detect +yolox .*yes +used, recommended");

        Files.delete(models().resolve("brightness-yolox.onnx"));
        byte[] other = network();
        other[other.length - 1]++;
        server.on("/b", RawServer.file(other, "\"2\""));
        assertThat(run("pull")).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("expected SHA-256").contains("models.lock");
        assertThat(models().resolve("brightness-yolox.onnx")).doesNotExist();
        assertThat(models().resolve("brightness-yolox.onnx.part")).doesNotExist();

        Files.write(models().resolve("brightness-yolox.onnx"), other);
        assertThat(run("verify")).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("brightness-yolox.onnx' is not the one of").contains("models.lock");
    }

    @Test
    void a_model_with_another_licence_is_pulled_only_when_it_is_named_and_says_so() throws IOException {
        Path manifest = manifest(models(), "\nurl: " + server.at("/b") + "\n");
        String yaml = Files.readString(manifest).replaceAll("licence: .*", "licence: AGPL-3.0");
        Files.writeString(manifest, yaml);
        server.on("/b", RawServer.file(network(), "\"1\""));

        assertThat(run("pull")).isEqualTo(ExitCode.USAGE);
        assertThat(run("pull", "detect")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("no model with the role detect is recommended; name one: brightness (AGPL-3.0)");
        assertThat(run("pull", "wolf")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("'wolf' is neither a role nor a model");
        assertThat(server.requests()).isEmpty();
        assertThat(run("pull", "brightness")).isZero();
        assertThat(out).contains("Its licence, AGPL-3.0, is not one that allows everything");

        Files.writeString(manifest, yaml + "recommended: true\n");
        assertThat(run("list")).isEqualTo(ExitCode.USAGE);
        assertThat(err).contains("licence: 'AGPL-3.0' is not allowed").doesNotContain("\tat ");
    }

    @Test
    void a_mirror_is_asked_in_place_of_the_publisher() throws IOException {
        manifest(models(), "\nurl: https://publisher.invalid/v1/b.onnx\n");
        server.on("/copies/publisher.invalid/v1/b.onnx", RawServer.file(network(), "\"1\""));

        assertThat(run("pull", "brightness", "--mirror", server.at("/copies").toString()))
                .as(err)
                .isZero();
        assertThat(run("pull", "--mirror", "nowhere")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void a_missing_download_fails_and_the_others_go_on() throws IOException {
        manifest(models().resolve("a"), "\nrecommended: true\nurl: " + server.at("/b") + "\n");
        Path other = manifest(models().resolve("b"), "\nrecommended: true\nurl: " + server.at("/gone") + "\n");
        Files.writeString(other, Files.readString(other).replace("id: brightness", "id: aaa"));
        server.on("/b", RawServer.file(network(), "\"1\""));

        assertThat(run("pull")).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("aaa: there is no file at " + server.at("/gone") + " (HTTP 404)");
        assertThat(models().resolve("a/brightness-yolox.onnx")).exists();
    }

    @Test
    void manifests_that_reach_out_of_their_folder_are_refused() throws IOException {
        Path outside = Files.createDirectories(root.resolve("outside"));
        Files.createDirectories(models());
        Files.createSymbolicLink(models().resolve("link"), outside);
        Files.createSymbolicLink(models().resolve("dangling.onnx"), root.resolve("nothing"));
        for (String file : new String[] {"../outside/b.onnx", "/etc/passwd", "link/b.onnx", "dangling.onnx", "."}) {
            Path manifest = manifest(models(), "");
            Files.writeString(
                    manifest,
                    Files.readString(manifest)
                            .replaceAll("(?m)^file: .*", "file: " + file + "\nurl: " + server.at("/b")));
            assertThat(run("pull", "brightness")).as(file).isEqualTo(ExitCode.USAGE);
            assertThat(err).contains("file: '" + file + "' is not allowed");
        }
        assertThat(server.requests()).isEmpty();
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void a_model_of_ones_own_is_tried_and_copied_into_a_folder_of_its_own() throws IOException {
        Path mine = root.resolve("mine");
        Path manifest = manifest(mine, "");
        assertThat(run("add", manifest.toString())).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("is not there, and the manifest has no url for it");
        Files.write(mine.resolve("brightness-yolox.onnx"), network());

        assertThat(run("add", manifest.toString())).as(err).isZero();
        assertThat(out).contains("it has answered");
        assertThat(models().resolve("brightness/brightness-yolox.onnx")).exists();
        assertThat(models().resolve("models.lock")).content().contains("  brightness/brightness-yolox.onnx");
        assertThat(run("add", manifest.toString())).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("is in '" + models() + "' already");
        assertThat(run("add", models().resolve("brightness/brightness.yaml").toString()))
                .isZero();
        assertThat(run("add", "none.yaml")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void a_manifest_whose_files_are_to_be_pulled_is_added_without_them() throws IOException {
        Path manifest = manifest(root.resolve("mine"), "\nurl: " + server.at("/b") + "\n");
        server.on("/b", RawServer.file(network(), "\"1\""));

        assertThat(run("add", manifest.toString())).as(err).isZero();
        assertThat(out).contains("models pull brightness");
        assertThat(run("pull", "brightness")).isZero();
        assertThat(models().resolve("brightness/brightness-yolox.onnx")).exists();
    }

    @Test
    void a_network_of_the_wrong_contract_is_refused_and_nothing_is_left_of_it() throws IOException {
        Path mine = Files.createDirectories(root.resolve("mine"));
        Path network = Assets.path("models/textdet/ch_ppocr_mobile_v2.0_det_prune_infer.onnx");
        Files.copy(network, mine.resolve("det.onnx"));
        Path manifest = Files.writeString(
                mine.resolve("det.yaml"),
                Files.readString(ModelFiles.resource("/models/three-channels.yaml"))
                        .replaceAll("(?m)^file: .*", "file: det.onnx"));

        assertThat(run("add", manifest.toString())).isEqualTo(ExitCode.SOME_FAILED);
        assertThat(err).contains("expected float32 [1,1,?,?], found float32 [?,3,?,?]");
        assertThat(models()).doesNotExist();
    }

    @Test
    void what_comes_with_the_program_can_be_pulled_where_there_is_no_models_folder() throws IOException {
        shipped = Optional.of(root.resolve("shipped"));
        manifest(root.resolve("shipped"), "\nrecommended: true\nurl: " + server.at("/b") + "\n");
        server.on("/b", RawServer.file(network(), "\"1\""));

        assertThat(run("list")).as(err).isZero();
        assertThat(out).containsPattern("brightness +detect +yolox .*no +recommended");
        assertThat(run("pull")).as(err).isZero();
        assertThat(models().resolve("brightness-yolox.onnx")).exists();
        assertThat(run("list")).isZero();
        assertThat(out).containsPattern("brightness +detect +yolox .*yes +used, recommended");
    }
}
