package io.sluice.command;

import java.nio.file.Path;
import java.util.Map;

/** Settings of commands that talk to a person: no HTTP port, and the log in the work folder instead of on the terminal. */
final class Quiet {
    private Quiet() {}

    static Map<String, String> settings(Path work) {
        return Map.of(
                "quarkus.http.host-enabled", "false",
                "quarkus.log.console.level", "ERROR",
                "quarkus.log.file.enabled", "true",
                "quarkus.log.file.path",
                        work.toAbsolutePath().resolve("sluice.log").toString(),
                "quarkus.banner.enabled", "false");
    }
}
