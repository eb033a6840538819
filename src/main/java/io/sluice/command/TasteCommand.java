package io.sluice.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Scores by what a person likes. */
@Command(
        name = "taste",
        mixinStandardHelpOptions = true,
        description = "Takes ratings of frames, trains a head that scores as they do, and lists those that there are.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {TasteRateCommand.class, TasteTrainCommand.class, TasteListCommand.class})
final class TasteCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "one of these is required: rate, train, list");
    }
}
