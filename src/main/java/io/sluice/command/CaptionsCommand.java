package io.sluice.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Captions of a dataset, taken together. */
@Command(
        name = "captions",
        mixinStandardHelpOptions = true,
        description = "Exports, imports, replaces and counts the captions of a finished dataset.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            CaptionsExportCommand.class,
            CaptionsImportCommand.class,
            CaptionsReplaceCommand.class,
            CaptionsStatsCommand.class,
            CaptionsPairsCommand.class
        })
final class CaptionsCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "one of these is required: export, import, replace, stats, pairs");
    }
}
