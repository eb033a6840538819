package io.sluice.command;

import io.sluice.store.Place;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that every command has that starts the application. */
final class Folders {
    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "datasets",
            converter = PlaceConverter.class,
            description = "Where datasets are made, a folder or s3://bucket/prefix (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Place out;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            defaultValue = "work",
            description = "Where frames, measurements and the broker's log are kept (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path work;

    @Option(
            names = "--models",
            paramLabel = "DIR",
            defaultValue = "models",
            description = "Where models and their manifests lie (default: ./${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    Path models;

    Map<String, String> settings() {
        return Map.of(
                "sluice.out", out.toString(),
                "sluice.work", work.toAbsolutePath().toString(),
                "sluice.models", models.toAbsolutePath().toString());
    }
}
