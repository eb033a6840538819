package io.sluice.video;

import io.sluice.frame.InfrastructureException;
import io.sluice.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Plans and extracts videos in warm child JVMs, as many at a time as it was made for; further calls wait for a free one. A child
 * is started when it is first needed and serves until it dies; after every error the next call works.
 *
 * <p>Thread-safe.
 */
public final class Decoders implements AutoCloseable {
    private static final long WATCH_MILLIS = 100;

    /** A place for a child, empty until one is needed. */
    private static final class Place {
        private @Nullable DecoderProcess process;
    }

    private final DecoderLimits limits;
    private final Hardware hardware;
    private final long segmentMicros;
    private final List<String> jvmArguments;
    private final BlockingQueue<Place> free;
    private final List<DecoderProcess> alive = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "decoder-watch");
        thread.setDaemon(true);
        return thread;
    });
    private final AtomicInteger retired = new AtomicInteger();
    private volatile boolean closed;

    /** @param size children at most, and so videos or segments that are decoded at the same time */
    public Decoders(int size, DecoderLimits limits) {
        this(size, limits, Hardware.NONE);
    }

    /**
     * @param size children at most, and so videos or segments that are decoded at the same time
     * @param hardware what decodes
     */
    public Decoders(int size, DecoderLimits limits, Hardware hardware) {
        this(size, limits, hardware, Planner.SEGMENT_MICROS, List.of());
    }

    /** @param jvmArguments of the children, for tests */
    Decoders(int size, DecoderLimits limits, long segmentMicros, List<String> jvmArguments) {
        this(size, limits, Hardware.NONE, segmentMicros, jvmArguments);
    }

    private Decoders(int size, DecoderLimits limits, Hardware hardware, long segmentMicros, List<String> jvmArguments) {
        this.limits = limits;
        this.hardware = hardware;
        this.segmentMicros = segmentMicros;
        this.jvmArguments = List.copyOf(jvmArguments);
        this.free = new ArrayBlockingQueue<>(size);
        for (int i = 0; i < size; i++) {
            free.add(new Place());
        }
        var unused = watch.scheduleWithFixedDelay(
                () -> alive.forEach(DecoderProcess::watch), WATCH_MILLIS, WATCH_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * What the video is, and its segments within the recipe's time range. Decodes one frame.
     *
     * @throws VideoException if the video cannot be decoded, or is over a limit
     * @throws DecoderDiedException if the child crashed, hung, or was killed over a limit
     */
    public VideoPlan plan(Path video, Recipe.Extract extract) {
        Path file = check(video);
        return withDecoder(decoder -> {
            String doing = "planning '" + printable(video) + "'";
            Wire.PlanRequest request = new Wire.PlanRequest(file.toString(), limits, extract, segmentMicros);
            decoder.send(Wire.Kind.PLAN, out -> Wire.write(out, request), doing);
            Wire.Message answer = receive(decoder, Wire.Kind.PLANNED, doing);
            try {
                return Wire.readPlan(answer.fields());
            } catch (IOException e) {
                throw decoder.kill("its plan is broken: " + e.getMessage(), doing);
            }
        });
    }

    /**
     * Extracts a segment and hands its frames to {@code sink} in order of presentation, on the calling thread. While the sink
     * works, the child decodes on until the pipe between them is full, and then waits. If the sink throws, the child is ended and
     * the exception passed on.
     *
     * @param plan as {@link #plan} gave it for this video and {@code extract}
     * @param quality of JPEG, 1 to 100
     * @return counts and warnings; frames that cannot be decoded are warnings, as long as some can
     * @throws VideoException if the video is not the planned one, is over a limit, or nothing of it can be decoded
     * @throws DecoderDiedException if the child crashed, hung, or was killed over a limit; frames delivered before are good
     */
    public SegmentResult extract(
            Path video,
            VideoPlan plan,
            Segment segment,
            Recipe.Extract extract,
            Recipe.Encoding encoding,
            int quality,
            Consumer<ExtractedFrame> sink) {
        Path file = check(video);
        return withDecoder(decoder -> {
            String doing = "extracting segment " + segment.index() + " of '" + printable(video) + "'";
            Wire.ExtractRequest request =
                    new Wire.ExtractRequest(file.toString(), limits, plan, segment, extract, encoding, quality);
            decoder.send(Wire.Kind.EXTRACT, out -> Wire.write(out, request), doing);
            while (true) {
                Wire.Message answer = receive(decoder, null, doing);
                try {
                    if (answer.kind() == Wire.Kind.DONE) {
                        return Wire.readResult(answer.fields());
                    }
                    if (answer.kind() != Wire.Kind.FRAME) {
                        throw decoder.kill("it said " + answer.kind() + " in place of a frame", doing);
                    }
                    sink.accept(Wire.readFrame(answer.fields()));
                } catch (IOException e) {
                    throw decoder.kill("its message is broken: " + e.getMessage(), doing);
                }
            }
        });
    }

    /** @param wanted null for any but {@code BAD} */
    private static Wire.Message receive(DecoderProcess decoder, Wire.@Nullable Kind wanted, String doing) {
        Wire.Message answer = decoder.receive(doing);
        if (answer.kind() == Wire.Kind.BAD) {
            try {
                throw new VideoException(Wire.readText(answer.fields()));
            } catch (IOException e) {
                throw decoder.kill("its reason is broken: " + e.getMessage(), doing);
            }
        }
        if (wanted != null && answer.kind() != wanted) {
            throw decoder.kill("it said " + answer.kind() + " in place of " + wanted, doing);
        }
        return answer;
    }

    /** What can be known without opening the file. */
    private Path check(Path video) {
        if (!Files.isRegularFile(video)) {
            throw new VideoException(whyNoFile(video));
        }
        if (!Files.isReadable(video)) {
            throw new VideoException("the file may not be read: its permissions forbid it");
        }
        long bytes;
        try {
            bytes = Files.size(video);
        } catch (IOException e) {
            throw new VideoException("the file cannot be read: " + e.getMessage());
        }
        if (bytes == 0) {
            throw new VideoException("the file is empty");
        }
        if (bytes > limits.maxFileBytes()) {
            throw new VideoException("the file has " + bytes + " bytes: " + limits.maxFileBytes() + " are allowed");
        }
        return video.toAbsolutePath();
    }

    private static String whyNoFile(Path video) {
        if (Files.isDirectory(video)) {
            return "not a file but a folder";
        }
        if (Files.exists(video)) {
            return "not a file but a pipe, socket or device";
        }
        return Files.isSymbolicLink(video) ? "a link that leads to no file" : "the file is not there";
    }

    /** The name as it can stand in a line of text. */
    private static String printable(Path video) {
        return String.valueOf(video.getFileName()).replaceAll("\\p{Cntrl}", "?");
    }

    private <T> T withDecoder(Function<DecoderProcess, T> work) {
        Place place;
        try {
            place = free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InfrastructureException("decoders: interrupted while all of them are busy", e);
        }
        try {
            DecoderProcess process = place.process;
            if (process == null || !process.isAlive()) {
                discard(place);
                if (closed) {
                    throw new DecoderDiedException("the decoders are closed");
                }
                process = DecoderProcess.start(limits, hardware, jvmArguments, alive);
                place.process = process;
            }
            return work.apply(process);
        } finally {
            if (!closed && place.process != null && place.process.isDone() && !place.process.isFit()) {
                retired.incrementAndGet();
            }
            // An exception of the sink leaves a child in the middle of its answer.
            if (closed || place.process == null || !place.process.isFit()) {
                discard(place);
            }
            alive.removeIf(process -> !process.isAlive());
            free.add(place);
        }
    }

    private void discard(Place place) {
        if (place.process != null) {
            place.process.close();
            alive.remove(place.process);
            place.process = null;
        }
    }

    /** Process ids of the children that live now. */
    List<Long> children() {
        return alive.stream()
                .filter(DecoderProcess::isAlive)
                .map(DecoderProcess::pid)
                .toList();
    }

    /** Children that were ended after an answer in full, because it left them with too little memory to spare. */
    int retired() {
        return retired.get();
    }

    /** Ends all children, busy or not. */
    @Override
    public void close() {
        closed = true;
        watch.shutdownNow();
        alive.forEach(DecoderProcess::close);
    }
}
