package io.sluice.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Models: which there are, and getting, adding and checking them. */
@Command(
        name = "models",
        mixinStandardHelpOptions = true,
        description = "Lists, pulls, adds and verifies models.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsListCommand.class,
            ModelsPullCommand.class,
            ModelsAddCommand.class,
            ModelsVerifyCommand.class
        })
final class ModelsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of these is required: list, pull, add, verify");
    }
}
