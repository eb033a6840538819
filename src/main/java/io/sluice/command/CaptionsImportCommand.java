package io.sluice.command;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Captions in from a file. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description =
                "Takes captions from a file with frame and caption. They are a person's from then on, and no run changes them. One wrong line, and nothing is taken.")
final class CaptionsImportCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DATASET", description = "Name of the dataset.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String dataset;

    @Parameters(
            index = "1",
            paramLabel = "FILE",
            description = "CSV with a header (.csv), or an object a line (.jsonl, .ndjson); UTF-8.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UsageException("file '" + file + "' cannot be read");
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new UsageException("file '" + file + "' is not UTF-8; save it as UTF-8");
        }
        return OneShot.look(folders, () -> Application.bean(CaptionsRun.class).take(dataset, file.toString(), text));
    }
}
