package io.sluice.command;

import io.sluice.model.ModelFile;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.onnx.ModelException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Reads every model's files and compares them. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description =
                "Compares every file with its manifest, or with models.lock where the manifest states no SHA-256.",
        footer = {
            "",
            "Exit codes: 0 nothing differs, 1 something differs or is missing in part, 2 wrong usage or manifest."
        })
final class ModelsVerifyCommand implements Callable<Integer> {
    @Mixin
    private final ModelsOptions models = new ModelsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelFolder folder = models.open();
        PrintWriter out = spec.commandLine().getOut();
        int failed = 0;
        for (ModelManifest model : folder.manifests()) {
            List<ModelFile> there = model.files().stream()
                    .filter(file -> Files.exists(file.path()))
                    .toList();
            if (there.isEmpty()) {
                out.println(model.id() + ": not pulled");
                continue;
            }
            for (ModelFile file : model.files()) {
                try {
                    String sha256 = folder.verify(model, file);
                    boolean proven = file.sha256().isPresent()
                            || folder.lock().sha256(file.path()).isPresent();
                    out.println(model.id() + ": " + file.path()
                            + (proven
                                    ? ": right"
                                    : ": nothing says what it must be; its SHA-256 is " + sha256
                                            + "; hold it to that with: models add " + model.source()));
                } catch (ModelException e) {
                    failed++;
                    spec.commandLine()
                            .getErr()
                            .println(spec.commandLine().getColorScheme().errorText(String.valueOf(e.getMessage())));
                }
            }
        }
        out.flush();
        return failed == 0 ? ExitCode.COMPLETED : ExitCode.SOME_FAILED;
    }
}
