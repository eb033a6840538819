package io.sluice.command;

import io.sluice.model.EmbeddingSpace;
import io.sluice.onnx.Device;
import io.sluice.onnx.OnnxRuntime;
import io.sluice.taste.Evidence;
import io.sluice.taste.TasteHeads;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A table of the tastes that were trained. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the versions of all tastes in the models folder, and what each is worth.",
        footer = {
            "",
            "RANK CORRELATION and PREFERENCES are of frames that training had left out, with 95 % intervals: 1 is all that can be had,",
            "chance gives 0 and 0.5. Used by a recipe with aesthetic.method: the ID for that version, without its number for the newest."
        })
final class TasteListCommand implements Callable<Integer> {
    @Mixin
    private final ModelsOptions models = new ModelsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<TasteHeads.Version> versions = new TasteHeads(models.open(), new OnnxRuntime(Device.CPU)).versions();
        PrintWriter out = spec.commandLine().getOut();
        if (versions.isEmpty()) {
            out.println("No taste yet in '" + models.folder
                    + "'. Make one with: taste rate DATASET FILE, taste train DATASET");
        } else {
            String form = "%-24s  %7s  %11s  %-22s  %-22s  %s";
            out.println(String.format(
                    form, "ID", "RATINGS", "PREFERENCES", "RANK CORRELATION", "PREFERENCES RIGHT", "EMBEDDINGS"));
            for (TasteHeads.Version version : versions) {
                Evidence evidence = version.evidence().orElse(null);
                out.println(String.format(
                                form,
                                version.manifest().id(),
                                evidence == null ? "?" : evidence.ratings(),
                                evidence == null ? "?" : evidence.preferences(),
                                evidence == null ? "?" : Objects.requireNonNullElse(evidence.spearman(), "-"),
                                evidence == null ? "?" : Objects.requireNonNullElse(evidence.right(), "-"),
                                version.manifest()
                                        .space()
                                        .map(EmbeddingSpace::toString)
                                        .orElse("?"))
                        .stripTrailing());
            }
        }
        out.flush();
        return ExitCode.COMPLETED;
    }
}
