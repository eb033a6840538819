package io.sluice.command;

import io.sluice.route.Duty;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands that do one thing, talk to a person and end: no HTTP port, the logs in the work folder instead of on the terminal, select
 * when all videos of the run are measured, and no more compiling than a short run pays for.
 */
final class OneShot {
    private OneShot() {}

    /**
     * Starts the application, runs the task in it, and stops it.
     *
     * @param more settings, beyond those of every such command
     * @return the exit code
     */
    static int run(Folders folders, Map<String, String> more, Application.Task task) throws Exception {
        CompilerDirectives.apply();
        Map<String, String> settings = new HashMap<>(folders.settings());
        settings.putAll(quiet(folders.work));
        settings.put("sluice.select-when", "run");
        settings.put("sluice.sweep-period", "2s");
        settings.putAll(more);
        return Application.run(settings, task);
    }

    /** As {@link #run}, without a broker and without routes: for commands that look and change nothing. */
    static int look(Folders folders, Application.Task task) throws Exception {
        return run(
                folders,
                Map.of("sluice.transport", "false", "camel.main.routes-include-pattern", "classpath:none/*"),
                task);
    }

    private static Map<String, String> quiet(Path work) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "quarkus.http.host-enabled", "false",
                "sluice.http.host", "127.0.0.1",
                // a run does everything itself, whatever the environment says of services
                "sluice.stages", Duty.ALL,
                "quarkus.log.console.level", "ERROR",
                "quarkus.log.file.enabled", "true",
                "quarkus.log.file.path", log(work, "sluice.log"),
                "quarkus.banner.enabled", "false",
                // By default JavaCPP writes to the terminal, past the log.
                "org.bytedeco.javacpp.logger", "slf4j"));
        // Camel writes down why it has not started, and throws it too: the command tells it, in words where it is for a
        // person.
        settings.put("quarkus.log.category.\"org.apache.camel.quarkus.main.CamelMainRuntime\".level", "OFF");
        // Kafka calls errors what it gets over by itself, a slow start among them: that is not for a person's terminal.
        settings.put("quarkus.log.handler.file.\"broker\".enabled", "true");
        settings.put("quarkus.log.handler.file.\"broker\".path", log(work, "broker.log"));
        for (String category : List.of("kafka", "org.apache.kafka", "state.change")) {
            settings.put("quarkus.log.category.\"" + category + "\".handlers", "broker");
            settings.put("quarkus.log.category.\"" + category + "\".use-parent-handlers", "false");
        }
        return settings;
    }

    private static String log(Path work, String name) {
        return work.toAbsolutePath().resolve(name).toString();
    }
}
