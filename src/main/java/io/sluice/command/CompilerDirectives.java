package io.sluice.command;

import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.logging.Logger;

/**
 * Tells HotSpot which code is worth its optimising compiler. A command that runs for a minute spends more CPU time on optimising
 * the frameworks' start-up than on pictures; so only the code that computes is optimised, the rest is compiled once and quickly.
 * What is computed does not change. A service that runs for months should not ask for it.
 */
final class CompilerDirectives {
    private static final Logger LOG = Logger.getLogger(CompilerDirectives.class);
    private static final String FILE = "compiler-directives.json";

    private CompilerDirectives() {}

    /** Applies the directives to this process; on another virtual machine than HotSpot nothing happens. */
    static void apply() {
        try (InputStream in = Objects.requireNonNull(CompilerDirectives.class.getResourceAsStream(FILE), FILE)) {
            Path file = Files.createTempFile("sluice-", "-" + FILE);
            try {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
                Object answer = ManagementFactory.getPlatformMBeanServer()
                        .invoke(
                                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                "compilerDirectivesAdd",
                                new Object[] {new String[] {file.toString()}},
                                new String[] {String[].class.getName()});
                LOG.debugf("compiler directives: %s", answer);
            } finally {
                Files.delete(file);
            }
        } catch (JMException | IOException e) {
            // Slower, and right all the same.
            LOG.debugf("compiler directives are not applied: %s", e);
        }
    }
}
