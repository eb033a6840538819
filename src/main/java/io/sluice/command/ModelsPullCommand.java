package io.sluice.command;

import io.sluice.download.DownloadException;
import io.sluice.download.Downloader;
import io.sluice.download.Mirror;
import io.sluice.download.Patience;
import io.sluice.model.Licences;
import io.sluice.model.ModelFile;
import io.sluice.model.ModelFolder;
import io.sluice.model.ModelManifest;
import io.sluice.model.supply.ModelPull;
import io.sluice.onnx.ModelException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Downloads models. */
@Command(
        name = "pull",
        mixinStandardHelpOptions = true,
        description = "Downloads models and compares them with their manifests. A broken download is resumed.",
        footer = {
            "",
            "Proxies: https_proxy, http_proxy and no_proxy of the environment, or -Dhttps.proxyHost and -Dhttps.proxyPort.",
            "Exit codes: 0 everything is there, 1 something could not be had, 2 wrong usage or manifest, 3 internal error."
        })
final class ModelsPullCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "ROLE|ID",
            arity = "0..*",
            description =
                    "What to get: a role, for what is recommended for it, or a model. Without any: all that is recommended.")
    private List<String> names = List.of();

    @Option(
            names = "--mirror",
            paramLabel = "URL",
            defaultValue = "${env:SLUICE_MODELS_MIRROR}",
            description = "Where copies lie: https://a.org/b/c.onnx is looked for at URL/a.org/b/c.onnx "
                    + "(default: the variable SLUICE_MODELS_MIRROR). Also file:///DIR.")
    private @Nullable String mirror;

    @Mixin
    private final ModelsOptions models = new ModelsOptions();

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        ModelFolder folder = models.open();
        ModelPull pull = new ModelPull(folder, new Downloader(Patience.USUAL, System.getenv()), mirror());
        int failed = 0;
        for (ModelManifest model : pull.choose(names)) {
            if (!get(pull, folder, model)) {
                failed++;
            }
        }
        return failed == 0 ? ExitCode.COMPLETED : ExitCode.SOME_FAILED;
    }

    private Optional<Mirror> mirror() {
        if (mirror == null || mirror.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Mirror(mirror));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--mirror: " + e.getMessage());
        }
    }

    private boolean get(ModelPull pull, ModelFolder folder, ModelManifest model) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(model.id() + ": " + model.role() + ", " + ModelsListCommand.size(model) + ", licence "
                + model.licence());
        if (!Licences.FREE.contains(model.licence())) {
            out.println("  Its licence, " + model.licence()
                    + ", is not one that allows everything: read it before you use the model or what it has made.");
        }
        out.flush();
        for (ModelFile file : model.files()) {
            DownloadDisplay display = new DownloadDisplay(
                    out, Terminal.isThere(), String.valueOf(file.path().getFileName()));
            try {
                ModelPull.Outcome outcome = pull.pull(model, file, display);
                display.end();
                out.println("  " + file.path() + ": "
                        + switch (outcome) {
                            case THERE -> "is there already";
                            case PROVEN -> "is there now, SHA-256 as expected";
                            case RECORDED ->
                                "is there now; its manifest states no SHA-256, so this one is recorded in "
                                        + folder.lock().file();
                        });
                out.flush();
            } catch (DownloadException | ModelException e) {
                display.end();
                spec.commandLine()
                        .getErr()
                        .println(spec.commandLine()
                                .getColorScheme()
                                .errorText("  " + model.id() + ": " + e.getMessage()));
                return false;
            }
        }
        return true;
    }
}
