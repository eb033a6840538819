package io.sluice.command;

import io.sluice.captions.CaptionException;
import io.sluice.curation.AbsentException;
import io.sluice.curation.ConflictException;
import io.sluice.export.ExportException;
import io.sluice.model.ShippedModels;
import io.sluice.onnx.ModelException;
import io.sluice.recipe.RecipeException;
import io.sluice.taste.OpinionException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point: parses the command line and runs the command. */
@Command(
        name = "sluice",
        mixinStandardHelpOptions = true,
        version = "Sluice 0.1.0",
        description = "Turns videos into curated, cleaned, captioned image datasets for Stable Diffusion training.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CurateCommand.class,
            ContinueCommand.class,
            RetryCommand.class,
            ForgetCommand.class,
            AssessCommand.class,
            AdjustCommand.class,
            ExportCommand.class,
            CaptionsCommand.class,
            DemoCommand.class,
            ServeCommand.class,
            ModelsCommand.class,
            TasteCommand.class
        })
public final class Main implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final Optional<Path> shipped;

    private Main(Optional<Path> shipped) {
        this.shipped = shipped;
    }

    /** Models that come with the program, if any. */
    Optional<Path> shipped() {
        return shipped;
    }

    public static void main(String... args) {
        // JavaCPP warns on the terminal otherwise; a version of OpenBLAS that differs from its own is chosen in the
        // pom.
        System.setProperty("org.bytedeco.javacpp.logger", "slf4j");
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return commandLine(Optional.of(ShippedModels.folder()));
    }

    /** @param shipped as {@link ShippedModels#folder} */
    static CommandLine commandLine(Optional<Path> shipped) {
        CommandLine commands = new CommandLine(new Main(shipped));
        EditCommand.addTo(commands);
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setExitCodeExceptionMapper(error -> error instanceof ParameterException || isOfThePerson(error)
                        ? ExitCode.USAGE
                        : ExitCode.INTERNAL)
                .setExecutionExceptionHandler((error, line, parsed) -> {
                    line.getErr().println(line.getColorScheme().errorText(message(error)));
                    if (isOfThePerson(error)) {
                        return ExitCode.USAGE;
                    }
                    error.printStackTrace(line.getErr());
                    return ExitCode.INTERNAL;
                });
    }

    /** Whether a person can put it right: a recipe, an argument, a model or its manifest, a device that is not there. */
    private static boolean isOfThePerson(Throwable error) {
        return error instanceof RecipeException
                || error instanceof UsageException
                || error instanceof ModelException
                || error instanceof AbsentException
                || error instanceof ConflictException
                || error instanceof ExportException
                || error instanceof CaptionException
                || error instanceof OpinionException;
    }

    private static String message(Throwable error) {
        return error.getMessage() == null ? error.toString() : error.getMessage();
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is required");
    }
}
