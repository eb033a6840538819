package io.sluice.command;

import io.sluice.download.Bytes;
import io.sluice.model.ModelFile;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.Role;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A table of the models that have manifests. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        description = "Lists the models that there are manifests for, and which one does each job.",
        footer = {
            "",
            "THERE: yes, no, or part where some of its files are missing. USE: the role's model; by id: used only where it is named;",
            "recommended: pulled unasked."
        })
final class ModelsListCommand implements Callable<Integer> {
    @Mixin
    private final ModelsOptions models = new ModelsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() {
        ModelFolder folder = models.open();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("ID", "ROLE", "KIND", "LICENCE", "SIZE", "THERE", "USE"));
        List<String> without = new ArrayList<>();
        List<ModelManifest> manifests = folder.manifests();
        for (Role<?, ?> role : Role.all()) {
            String used = folder.find(role).map(ModelManifest::id).orElse("");
            for (ModelManifest model : manifests) {
                if (model.role() == role) {
                    rows.add(row(model, used));
                }
            }
            if (used.isEmpty()) {
                without.add(role.word());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        print(rows, out);
        if (!without.isEmpty()) {
            out.println();
            out.println("No model yet: " + String.join(", ", without) + ". Get one with: models pull ROLE");
        }
        out.flush();
        return ExitCode.COMPLETED;
    }

    private static List<String> row(ModelManifest model, String used) {
        List<String> use = new ArrayList<>();
        if (model.id().equals(used)) {
            use.add("used");
        }
        if (model.onlyNamed()) {
            use.add("by id");
        }
        if (model.recommended()) {
            use.add("recommended");
        }
        return List.of(
                model.id(),
                model.role().word(),
                model.kind().word(),
                model.licence(),
                size(model),
                there(model),
                String.join(", ", use));
    }

    private static String there(ModelManifest model) {
        long count = model.files().stream()
                .filter(file -> Files.isRegularFile(file.path()))
                .count();
        return count == 0 ? "no" : count == model.files().size() ? "yes" : "part";
    }

    /** What the manifest states; {@code ?} where it states nothing. */
    static String size(ModelManifest model) {
        long bytes = 0;
        for (ModelFile file : model.files()) {
            if (file.bytes().isEmpty()) {
                return "?";
            }
            bytes += file.bytes().getAsLong();
        }
        return Bytes.text(bytes);
    }

    private static void print(List<List<String>> rows, PrintWriter out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
