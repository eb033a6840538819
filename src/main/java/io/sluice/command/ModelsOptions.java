package io.sluice.command;

import io.sluice.model.ModelFolder;
import io.sluice.model.kind.Kinds;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options that every command about models has. */
final class ModelsOptions {
    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "models",
            description = "Where models and their manifests lie (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path folder;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec command;

    ModelFolder open() {
        Main main = (Main) command.root().userObject();
        return new ModelFolder(folder, Kinds.ALL, main.shipped());
    }
}
