package io.sluice.video;

import io.sluice.frame.InfrastructureException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One child and its pipe. One thread at a time talks to it; another one calls {@link #watch}, which kills a child that is silent
 * or takes too much memory.
 */
final class DecoderProcess implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(DecoderProcess.class);
    private static final int LAST_LINES = 8;
    private static final int MAX_REPORT_BYTES = 1 << 16;

    /** A frame is never larger than its raw pixels by much; the rest is room for other messages. */
    private static final long MESSAGE_OVERHEAD = 64L << 20;

    private static final Map<Integer, String> SIGNALS =
            Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV", 15, "SIGTERM");

    /** Exit values above this are the JDK's way to say that a signal ended the process. */
    private static final int SIGNAL_BASE = 128;

    /** What has been said; each child says it again. */
    private static final Set<String> NOTES = ConcurrentHashMap.newKeySet();

    private final Process process;
    private final DecoderLimits limits;
    private final Wire.Sender sender;
    private final InputStream in;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final Thread stderr;

    /** When the wait for the child's next message began; 0 while nobody waits for it. */
    private volatile long waitingSince;

    /** Whether a request is under way, from its sending to the message that ends it. */
    private volatile boolean busy = true;

    private volatile @Nullable String killedBecause;

    /**
     * @param hardware what decodes
     * @throws InfrastructureException if no process can be started
     * @throws DecoderDiedException if it does not come up
     */
    static DecoderProcess start(
            DecoderLimits limits, Hardware hardware, List<String> jvmArguments, List<DecoderProcess> watched) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + limits.maxHeapMegabytes() + "m",
                // Starts sooner and takes less memory than the defaults; the work is done in native code.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-XX:-UsePerfData",
                "-XX:+ExitOnOutOfMemoryError",
                // Standard output is the pipe. The report of a crash goes there all the same.
                "-XX:+DisplayVMOutputToStderr",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=" + Path.of(System.getProperty("java.io.tmpdir"), "sluice-decoder-%p.log"),
                "-Dfile.encoding=UTF-8",
                // Memory is watched from outside; JavaCPP's own limit would fail innocent videos.
                "-Dorg.bytedeco.javacpp.maxBytes=0",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0"));
        if (Runtime.version().feature() >= 22) {
            command.add("--enable-native-access=ALL-UNNAMED");
        }
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        if (cache != null) {
            command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        }
        command.addAll(jvmArguments);
        command.add("-cp");
        command.add(DecoderClassPath.find());
        command.add(DecoderMain.class.getName());
        command.add(hardware.name());
        DecoderProcess decoder;
        try {
            long begin = System.nanoTime();
            decoder = new DecoderProcess(new ProcessBuilder(command).start(), limits);
            watched.add(decoder);
            Wire.Message ready = decoder.receive("starting");
            if (ready.kind() != Wire.Kind.READY) {
                throw decoder.kill("it said " + ready.kind() + " first", "starting");
            }
            LOG.debugf(
                    "decoder %d started in %d ms",
                    decoder.process.pid(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
        } catch (IOException e) {
            throw new InfrastructureException(
                    "decoder: '" + command.get(0) + "' cannot be started: " + e.getMessage(), e);
        }
        return decoder;
    }

    private DecoderProcess(Process process, DecoderLimits limits) {
        this.process = process;
        this.limits = limits;
        this.sender = new Wire.Sender(Channels.newChannel(process.getOutputStream()));
        this.in = new BufferedInputStream(process.getInputStream(), 1 << 16);
        this.stderr = new Thread(this::drainStderr, "decoder-" + process.pid() + "-stderr");
        stderr.setDaemon(true);
        stderr.start();
    }

    private void drainStderr() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.debugf("decoder %d: %s", process.pid(), line);
                if (!line.isBlank() && !line.equals("#")) {
                    keep(line);
                }
            }
        } catch (IOException e) {
            LOG.debugf("decoder %d: standard error ended: %s", process.pid(), e.getMessage());
        }
    }

    private void keep(String line) {
        synchronized (lastLines) {
            if (lastLines.size() == LAST_LINES) {
                lastLines.removeFirst();
            }
            lastLines.addLast(line.strip());
        }
    }

    /** @throws DecoderDiedException if the child is no more */
    void send(Wire.Kind kind, Wire.Fields fields, String doing) {
        busy = true;
        try {
            sender.send(kind, fields);
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw died(doing, "");
        }
    }

    /**
     * The next message that is not mere progress.
     *
     * @param doing what the child is at, for the error
     * @throws DecoderDiedException if the child is no more, or talks nonsense
     */
    Wire.Message receive(String doing) {
        try {
            while (true) {
                waitingSince = System.nanoTime() | 1;
                Wire.Message message = Wire.receive(in, 4 * limits.maxPixels() + MESSAGE_OVERHEAD);
                if (message == null) {
                    throw died(doing, "");
                }
                if (message.kind() == Wire.Kind.NOTE) {
                    note(Wire.readText(message.fields()));
                } else if (message.kind() != Wire.Kind.PROGRESS) {
                    busy = message.kind() == Wire.Kind.FRAME;
                    return message;
                }
            }
        } catch (Wire.BrokenMessageException e) {
            keepCrashReport(e.rest() + rest());
            throw died(doing, "; " + e.getMessage());
        } catch (IOException e) {
            throw died(doing, "; " + e.getMessage());
        } finally {
            waitingSince = 0;
        }
    }

    private static void note(String text) {
        if (NOTES.add(text)) {
            LOG.warn(text);
        }
    }

    /** What is still in the pipe, as far as it is of interest. */
    private String rest() {
        try {
            return new String(in.readNBytes(MAX_REPORT_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** Of the report that a crashing virtual machine prints: the signal, and the library where it came. */
    private void keepCrashReport(String text) {
        text.lines()
                .map(line -> line.replaceFirst("^.*?#", "#"))
                .filter(line -> line.matches("#\\s+(SIG|Internal Error|Out of Memory|[CVJjv]\\s+\\[).*"))
                .forEach(line -> keep(line.substring(1)));
    }

    /** Kills the child and says so. */
    DecoderDiedException kill(String because, String doing) {
        killedBecause = because;
        process.destroyForcibly();
        return died(doing, "");
    }

    private DecoderDiedException died(String doing, String more) {
        // A child that closed the pipe is about to end; one that sent nonsense would not on its own.
        int exit = exitValue();
        synchronized (lastLines) {
            String because = killedBecause;
            String how = because != null ? "was killed: " + because : ended(exit);
            String words =
                    because != null || lastLines.isEmpty() ? "" : "; its last words: " + String.join(" | ", lastLines);
            return new DecoderDiedException("the decoder " + how + ", while " + doing + more + words);
        }
    }

    private int exitValue() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    if (!process.waitFor(5, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                        continue;
                    }
                    stderr.join(TimeUnit.SECONDS.toMillis(5));
                    return process.exitValue();
                } catch (InterruptedException e) {
                    interrupted = true;
                    process.destroyForcibly();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String ended(int exit) {
        int signal = exit - SIGNAL_BASE;
        return signal > 0 && signal < 65
                ? "crashed with signal " + signal
                        + (SIGNALS.containsKey(signal) ? " (" + SIGNALS.get(signal) + ")" : "")
                : "ended with exit code " + exit;
    }

    /** Kills the child if, at work, it has been silent for too long or takes too much memory. */
    void watch() {
        if (!busy) {
            return;
        }
        long since = waitingSince;
        if (since != 0 && System.nanoTime() - since > TimeUnit.SECONDS.toNanos(limits.stallSeconds())) {
            killedBecause = "no progress for " + limits.stallSeconds() + " s";
            process.destroyForcibly();
            return;
        }
        long megabytes = residentMegabytes();
        if (megabytes > limits.maxMemoryMegabytes()) {
            killedBecause =
                    "it took " + megabytes + " MB of memory, " + limits.maxMemoryMegabytes() + " MB are allowed";
            process.destroyForcibly();
        }
    }

    /** 0 where the system does not say: anywhere but on Linux, or of a process that has just ended. */
    private long residentMegabytes() {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.isReadable(status)) {
            return 0;
        }
        try (BufferedReader lines = Files.newBufferedReader(status)) {
            return lines.lines()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException | UncheckedIOException e) {
            LOG.tracef("decoder %d: no memory figure: %s", process.pid(), e.getMessage());
            return 0;
        }
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether its last request is answered in full. */
    boolean isDone() {
        return !busy;
    }

    /** Whether it can take the next request: its last one is answered in full, and left it with memory to spare. */
    boolean isFit() {
        return !busy && process.isAlive() && residentMegabytes() <= limits.maxMemoryMegabytes() / 2;
    }

    /** Ends the child now, whatever it does; a call that waits for it gets a {@link DecoderDiedException}. */
    @Override
    public void close() {
        if (process.isAlive() && killedBecause == null) {
            killedBecause = "it was closed";
        }
        process.destroyForcibly();
    }
}
