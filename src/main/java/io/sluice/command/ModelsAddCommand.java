package io.sluice.command;

import io.sluice.model.supply.ModelAddition;
import io.sluice.onnx.Device;
import io.sluice.onnx.ModelException;
import io.sluice.onnx.OnnxRuntime;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes a person's own models. */
@Command(
        name = "add",
        mixinStandardHelpOptions = true,
        description =
                "Adds models of your own: each is opened, has to answer once, and is copied into the models folder. "
                        + "Files that are not beside the manifest, but have a url in it, are left for: models pull ID.",
        footer = {
            "",
            "Exit codes: 0 all were added, 1 some were refused, 2 wrong usage, 3 internal error.",
            "How a manifest is written: models/README.md"
        })
final class ModelsAddCommand implements Callable<Integer> {
    @Parameters(paramLabel = "MANIFEST", arity = "1..*", description = "Manifests, with the models' files beside them.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<Path> manifests;

    @Mixin
    private final ModelsOptions models = new ModelsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        for (Path manifest : manifests) {
            if (!Files.isRegularFile(manifest)) {
                throw new UsageException("manifest '" + manifest + "' is not a file");
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        ModelAddition addition = new ModelAddition(models.open(), new OnnxRuntime(Device.CPU));
        int failed = 0;
        for (Path manifest : manifests) {
            try {
                ModelAddition.Added added = addition.add(manifest);
                out.println(added.model().id() + ": is in " + added.model().source() + " now"
                        + (added.missing().isEmpty()
                                ? "; it has answered"
                                : "; get its files with: models pull "
                                        + added.model().id()));
                out.flush();
            } catch (ModelException e) {
                failed++;
                spec.commandLine()
                        .getErr()
                        .println(spec.commandLine().getColorScheme().errorText(e.getMessage()));
            }
        }
        return failed == 0 ? ExitCode.COMPLETED : ExitCode.SOME_FAILED;
    }
}
