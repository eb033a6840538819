package io.sluice.command;

import io.quarkus.runtime.Quarkus;
import io.sluice.application.Duties;
import io.sluice.application.WarmModels;
import io.sluice.route.BucketRoutes;
import io.sluice.route.Duty;
import io.sluice.route.ReplayParked;
import io.sluice.route.TakeFromInbox;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Continuous: videos that are dropped become datasets. */
@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description =
                "Watches the inbox; a subfolder is a dataset, with its own recipe.yaml where there is one. "
                        + "Health and metrics: http://127.0.0.1:8080/q/health and /q/metrics. Events on Kafka: described at /asyncapi.")
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--inbox",
            paramLabel = "DIR",
            defaultValue = "inbox",
            description = "Where videos are dropped (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path inbox;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "HTTP port (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "${env:SLUICE_HTTP_HOST:-127.0.0.1}",
            description =
                    "Address for HTTP (default: the variable SLUICE_HTTP_HOST, or 127.0.0.1). Any but this machine's own, as"
                            + " in 0.0.0.0, needs a token of 16 characters or more in the variable SLUICE_HTTP_TOKEN; requests carry it"
                            + " as Authorization: Bearer TOKEN, but for those to /q/health.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private String host;

    @Mixin
    private final Folders folders = new Folders();

    @Override
    public Integer call() throws Exception {
        Path watched = inbox.toAbsolutePath().normalize();
        Map<String, String> configuration = new HashMap<>(folders.settings());
        configuration.put("sluice.inbox.watched", "true");
        configuration.put("sluice.inbox.folder", watched.toString());
        configuration.put("sluice.inbox.done", watched.resolveSibling("done").toString());
        configuration.put(
                "sluice.inbox.failed", watched.resolveSibling("failed").toString());
        configuration.put("sluice.http.host", host);
        configuration.put("quarkus.http.host", host);
        configuration.put("quarkus.http.port", String.valueOf(port));
        return Application.run(configuration, () -> {
            Application.bean(WarmModels.class).warmUp();
            if (Application.bean(Duties.class).has(Duty.INGEST)) {
                Application.bean(TakeFromInbox.class).resume();
                Application.bean(BucketRoutes.class).start();
            }
            Application.bean(ReplayParked.class).replay();
            Quarkus.waitForExit();
            return ExitCode.COMPLETED;
        });
    }
}
