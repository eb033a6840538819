package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that has run, and what it used.
 *
 * <p>Wall time is from its start to its end. CPU time is user and system time of all its processes: what the kernel charged to
 * this process for its ended children (exact, as GNU time has it), and, of a child that the process left behind, what was last
 * seen. Peaks are the kernel's high-water marks of resident memory ({@code VmHWM}), last read at most {@value #PERIOD_MILLIS} ms
 * before the end; pages that two processes share count in both.
 *
 * @param startedAtMillis since the epoch
 * @param cpuSeconds of the process and its children
 * @param childCpuSeconds of its children alone
 * @param childPeakMegabytes of the largest child: the decoder; others are commands that libraries run for a moment
 */
record MeasuredRun(
        long startedAtMillis,
        double wallSeconds,
        double cpuSeconds,
        double childCpuSeconds,
        double peakMegabytes,
        double childPeakMegabytes) {
    private static final int PERIOD_MILLIS = 20;

    /** Children come and go seldom, and finding them takes a look at every process. */
    private static final int PERIODS_TO_FIND_CHILDREN = 10;

    /** Of {@code /proc}: the same on every Linux. */
    private static final double TICKS_A_SECOND = 100;

    /**
     * Runs the command to its end, one at a time.
     *
     * @param environment variables beyond those of this process
     * @param log what it prints
     * @throws IOException if it ends with another exit code than 0
     */
    static MeasuredRun of(List<String> command, Map<String, String> environment, Path folder, Path log)
            throws IOException, InterruptedException {
        double before = endedChildrenSeconds("self");
        long startedAt = System.currentTimeMillis();
        long start = System.nanoTime();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        Watched self = new Watched(process.pid());
        Map<Long, Watched> children = new HashMap<>();
        for (int period = 0; !process.waitFor(PERIOD_MILLIS, TimeUnit.MILLISECONDS); period++) {
            self.look();
            if (period % PERIODS_TO_FIND_CHILDREN == 0) {
                process.children().forEach(child -> children.computeIfAbsent(child.pid(), Watched::new));
            }
            children.values().forEach(Watched::look);
        }
        double wall = (System.nanoTime() - start) / 1e9;
        if (process.exitValue() != 0) {
            throw new IOException("exit code " + process.exitValue() + " of " + String.join(" ", command) + ":\n"
                    + Files.readString(log));
        }
        double ended = endedChildrenSeconds("self") - before;
        double ofChild = children.values().stream()
                .mapToDouble(child -> child.cpuSeconds)
                .sum();
        // The process waits for its children's ends, or else the kernel charges them to nobody here.
        boolean included = ended - self.cpuSeconds > ofChild / 2;
        return new MeasuredRun(
                startedAt,
                wall,
                included ? ended : ended + ofChild,
                ofChild,
                self.peakMegabytes,
                children.values().stream()
                        .mapToDouble(child -> child.peakMegabytes)
                        .max()
                        .orElse(0));
    }

    private static double endedChildrenSeconds(String pid) throws IOException {
        String[] fields = fields(pid);
        return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_A_SECOND;
    }

    /** The fields of {@code stat} behind the command's name, which may hold blanks: the state, field 3 of proc(5), is first. */
    private static String[] fields(String pid) throws IOException {
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    }

    private static final class Watched {
        private final String pid;
        private double cpuSeconds;
        private double peakMegabytes;

        Watched(long pid) {
            this.pid = Long.toString(pid);
        }

        void look() {
            try {
                String[] fields = fields(pid);
                cpuSeconds = (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_A_SECOND;
                for (String line : Files.readAllLines(Path.of("/proc", pid, "status"))) {
                    if (line.startsWith("VmHWM:")) {
                        peakMegabytes = Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
                    }
                }
            } catch (NoSuchFileException ended) {
                // What was seen last stands.
                return;
            } catch (IOException e) {
                // A process that ends while it is read: "No such process".
                if (Files.exists(Path.of("/proc", pid, "stat"))) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }
}
