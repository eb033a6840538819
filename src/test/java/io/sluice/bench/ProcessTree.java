package io.sluice.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** A process that runs, with those that it has started. Linux only. */
final class ProcessTree {
    /** Of {@code /proc}: the same on every Linux. */
    private static final double TICKS_A_SECOND = 100;

    private ProcessTree() {}

    /**
     * User and system time that the process and its children have used so far, in seconds: of children that live, and of those that
     * have ended and were waited for.
     */
    static double cpuSeconds(long pid) {
        LongStream children = ProcessHandle.of(pid)
                .map(process -> process.descendants().mapToLong(ProcessHandle::pid))
                .orElseGet(LongStream::empty);
        return LongStream.concat(LongStream.of(pid), children)
                        .mapToDouble(ProcessTree::ticks)
                        .sum()
                / TICKS_A_SECOND;
    }

    private static double ticks(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            // Behind the command's name, which may hold blanks: the state, field 3 of proc(5), is first.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            double ticks = 0;
            for (int field = 11; field <= 14; field++) {
                ticks += Long.parseLong(fields[field]);
            }
            return ticks;
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException e) {
            if (Files.exists(Path.of("/proc", Long.toString(pid)))) {
                throw new UncheckedIOException(e);
            }
            return 0;
        }
    }
}
