package io.sluice.command;

import io.sluice.captions.Replacement;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Find and replace. */
@Command(
        name = "replace",
        mixinStandardHelpOptions = true,
        description =
                "Replaces a text in all captions of a finished dataset. What is changed is a person's from then on. One caption that a trainer would not take, and nothing is changed.")
final class CaptionsReplaceCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Parameters(index = "1", paramLabel = "FIND", description = "What is looked for, in letters as they are written.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String find;

    @Parameters(index = "2", paramLabel = "REPLACE", description = "What takes its place; \"\" for nothing.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String replace;

    @Option(names = "--regex", description = "FIND is a regular expression in Java's notation; $1 is its first group.")
    private boolean regex;

    @Option(names = "--dry-run", description = "Shows what would change, and changes nothing.")
    private boolean dryRun;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        Replacement replacement = regex ? Replacement.ofRegex(find, replace) : Replacement.ofText(find, replace);
        return OneShot.look(folders, () -> Application.bean(CaptionsRun.class).replace(dataset, replacement, dryRun));
    }
}
