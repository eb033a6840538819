package io.sluice.command;

import io.sluice.catalogue.FrameEdit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a person says of frames: {@code pin}, {@code veto}, and {@code unpin}, which takes either back. */
@Command(mixinStandardHelpOptions = true)
final class EditCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "FRAME",
            description = "Ids of frames, as in frames.jsonl and in assess --json.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private List<String> frames;

    @Mixin
    private final Folders folders = new Folders();

    private final Optional<FrameEdit> edit;

    private EditCommand(Optional<FrameEdit> edit) {
        this.edit = edit;
    }

    /** Adds the three commands. */
    static void addTo(CommandLine line) {
        add(
                line,
                "pin",
                Optional.of(FrameEdit.PIN),
                "Keeps frames in a dataset, whatever the rules say, also when the recipe changes; take it back with: unpin.");
        add(
                line,
                "veto",
                Optional.of(FrameEdit.VETO),
                "Keeps frames out of a dataset, whatever the rules say, also when the recipe changes; take it back with: unpin.");
        add(line, "unpin", Optional.empty(), "Leaves pinned or vetoed frames to the rules again.");
    }

    private static void add(CommandLine line, String name, Optional<FrameEdit> edit, String description) {
        CommandLine command = new CommandLine(new EditCommand(edit));
        command.getCommandSpec().usageMessage().description(description);
        line.addSubcommand(name, command);
    }

    @Override
    public Integer call() throws Exception {
        return OneShot.run(
                folders, Map.of(), () -> Application.bean(DatasetRun.class).edit(dataset, edit, frames));
    }
}
