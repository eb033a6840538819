package io.sluice.command;

import io.quarkus.arc.Arc;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.sluice.application.SettingsException;
import io.sluice.application.Startup;
import io.sluice.store.WorkFolder;
import io.smallrye.config.ConfigValidationException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Starts the application with a command's settings and runs its task in it. Camel's routes run when the task begins. */
final class Application {

    /** What a command does once the application runs. Beans by {@link #bean}. */
    interface Task {
        /** @return the exit code */
        int run() throws Exception;
    }

    private static final AtomicReference<@Nullable Task> TASK = new AtomicReference<>();
    private static final AtomicReference<@Nullable Exception> FAULT = new AtomicReference<>();

    private Application() {}

    /**
     * @param settings configuration that wins over files and environment
     * @throws UsageException if the work folder cannot be used
     * @throws Exception what the task has thrown
     */
    static int run(Map<String, String> settings, Task task) throws Exception {
        checkWorkFolder(Path.of(Objects.requireNonNull(settings.get("sluice.work"))));
        settings.forEach(System::setProperty);
        TASK.set(task);
        AtomicInteger code = new AtomicInteger(ExitCode.INTERNAL);
        AtomicReference<@Nullable Throwable> startFault = new AtomicReference<>();
        Quarkus.run(Runner.class, (exitCode, fault) -> {
            code.set(exitCode);
            startFault.set(fault);
        });
        Exception fault = FAULT.get();
        if (fault != null) {
            checkSettings(fault);
            throw fault;
        }
        Throwable notStarted = startFault.get();
        if (notStarted != null) {
            checkSettings(Startup.fault().isPresent() ? Startup.fault().get() : notStarted);
            throw new IllegalStateException("the application did not start: " + rootMessage(notStarted), notStarted);
        }
        return code.get();
    }

    /** Said before the application starts: from inside it, the message would drown in those of a start that fails. */
    private static void checkWorkFolder(Path work) {
        try {
            WorkFolder.open(work).close();
        } catch (IllegalStateException | UncheckedIOException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    /** @throws UsageException if a wrong setting is the cause */
    private static void checkSettings(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            if (cause instanceof SettingsException || cause instanceof ConfigValidationException) {
                throw new UsageException(String.valueOf(cause.getMessage()));
            }
        }
    }

    static <T> T bean(Class<T> type) {
        return Arc.container().instance(type).get();
    }

    private static String rootMessage(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /** What Quarkus runs. */
    public static final class Runner implements QuarkusApplication {
        @Override
        public int run(String... args) {
            try {
                return Objects.requireNonNull(TASK.get()).run();
            } catch (Exception e) {
                FAULT.set(e);
                return ExitCode.INTERNAL;
            }
        }
    }
}
