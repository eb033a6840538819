package io.sluice.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Starts the packaged application in a folder. */
final class Sluice {
    /** How a process ends that was killed: 128 + SIGKILL. */
    static final int KILLED = 137;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final Path folder;
    private final Map<String, String> environment;

    private Sluice(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** @param folder the processes' working directory */
    static Sluice in(Path folder) {
        return new Sluice(folder, Map.of());
    }

    /** @param point a fail point and, after a colon, the pass at which the process ends */
    Sluice failingAt(String point) {
        return with("SLUICE_FAIL_POINT", point);
    }

    /** @param variable of the environment, as {@code SLUICE_DECODER_MAX_PIXELS} for the setting of that key */
    Sluice with(String variable, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(variable, value);
        return new Sluice(folder, all);
    }

    /** Starts a process and waits for its end. */
    Ended run(String... arguments) {
        try (Started started = start(arguments)) {
            return started.await();
        }
    }

    Started start(String... arguments) {
        Path jar = Path.of(System.getProperty("sluice.jar", "target/quarkus-app/quarkus-run.jar"));
        assertThat(jar).as("the packaged application").exists();
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                // Processes live for seconds here: what the optimising compiler takes never comes back.
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(folder, "output-", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            return new Started(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A process that has ended.
     *
     * @param output what it printed, both streams
     */
    record Ended(int exitCode, String output, Duration wallTime) {
        Ended hasExitCode(int expected) {
            assertThat(exitCode)
                    .as("exit code of the process that printed:\n" + output)
                    .isEqualTo(expected);
            return this;
        }

        Ended says(String... sentences) {
            assertThat(output).contains(sentences);
            return this;
        }
    }

    /** A process. */
    static final class Started implements AutoCloseable {
        private final Process process;
        private final Path output;
        private final long start = System.nanoTime();

        private Started(Process process, Path output) {
            this.process = process;
            this.output = output;
        }

        String output() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        long pid() {
            return process.pid();
        }

        boolean isAlive() {
            return process.isAlive();
        }

        /** Returns when the condition holds. Fails if the process ends before, or patience does. */
        Started until(String what, Callable<Boolean> condition) {
            Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(() -> assertThat(process.isAlive() || condition.call())
                            .as("the process lives until " + what + "; it printed:\n" + output())
                            .isTrue())
                    .until(condition);
            return this;
        }

        /** SIGKILL; returns when the process, and those that it has started, are gone. */
        Ended kill() {
            List<ProcessHandle> descendants = process.descendants().toList();
            process.destroyForcibly();
            Ended ended = await();
            Awaitility.await("the decoder ends with the process that started it")
                    .atMost(PATIENCE)
                    .until(() -> descendants.stream().noneMatch(ProcessHandle::isAlive));
            return ended;
        }

        /** SIGTERM. */
        Started terminate() {
            process.destroy();
            return this;
        }

        Ended await() {
            try {
                assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .as("the process ends; it printed:\n" + output())
                        .isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            return new Ended(process.exitValue(), output(), Duration.ofNanos(System.nanoTime() - start));
        }

        @Override
        public void close() {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
