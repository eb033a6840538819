package io.sluice.video;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.javacpp.BytePointer;

/**
 * Renders chosen frames, encodes them and sends them to the parent, in the order in which they come. Several are rendered at a
 * time, each on a thread of its own, while decoding goes on; everything else, sending too, happens on the caller's thread. A
 * frame whose rendering is done is sent when the next one comes.
 */
final class Delivery implements Consumer<ShownFrame>, AutoCloseable {
    /**
     * Memory that rendering one pixel takes: planes, the picture, the picture turned, its encoded bytes and what the encoder
     * needs; tone mapping holds two pictures of floats.
     */
    private static final long BYTES_A_PIXEL = 36;

    /** A renderer with its encoder, used by one frame at a time. */
    private record Bench(Rendering rendering, Encoder encoder) implements AutoCloseable {
        @Override
        public void close() {
            rendering.close();
            encoder.close();
        }
    }

    private record Pending(ShownFrame frame, Bench bench, Rendering.Shape shape, FutureTask<BytePointer> encoded) {}

    private final Container container;
    private final AVStream stream;
    private final Wire.ExtractRequest request;
    private final Wire.Sender sender;
    private final long sent;
    private final int workers;
    private final ExecutorService executor;
    private final List<Bench> benches = new ArrayList<>();
    private final Deque<Bench> idle = new ArrayDeque<>();
    private final Deque<Pending> pending = new ArrayDeque<>();
    private long accepted;
    private long delivered;

    /**
     * @param threads on which frames are rendered, at most; large pictures get fewer
     * @param sent how many of the segment's frames have been sent before; they are left out
     */
    Delivery(
            Container container,
            AVStream stream,
            Wire.ExtractRequest request,
            Wire.Sender sender,
            int threads,
            long sent) {
        this.container = container;
        this.stream = stream;
        this.request = request;
        this.sender = sender;
        this.sent = sent;
        this.delivered = sent;
        this.workers = Math.min(threads, affordableWorkers(stream, request.limits()));
        this.executor = Executors.newFixedThreadPool(workers, work -> {
            Thread thread = new Thread(work, "renderer");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** A quarter of the memory is theirs, as another is the decoder's. */
    private static int affordableWorkers(AVStream stream, DecoderLimits limits) {
        long pixels =
                Math.max(1, (long) stream.codecpar().width() * stream.codecpar().height());
        return (int)
                Math.max(1, Math.min(64, (limits.maxMemoryMegabytes() * 1_000_000L / 4) / (BYTES_A_PIXEL * pixels)));
    }

    /** Frames that were sent, now or before. */
    long delivered() {
        return delivered;
    }

    @Override
    public void accept(ShownFrame frame) {
        if (++accepted <= sent) {
            return;
        }
        while (!pending.isEmpty()
                && (pending.size() == workers || pending.element().encoded().isDone())) {
            sendFirst();
        }
        Bench bench = idle.isEmpty() ? newBench() : idle.remove();
        // What the container says of a pixel's shape may change while it is read.
        Rendering.Shape shape = bench.rendering().shape(frame.frame());
        FutureTask<BytePointer> encoding = new FutureTask<>(() -> encode(bench, frame, shape));
        pending.add(new Pending(frame.hold(), bench, shape, encoding));
        if (workers == 1) {
            encoding.run();
            sendFirst();
        } else {
            executor.execute(encoding);
        }
    }

    /** Sends what is still being rendered. */
    void finish() {
        while (!pending.isEmpty()) {
            sendFirst();
        }
    }

    private Bench newBench() {
        Bench bench = new Bench(
                new Rendering(
                        container.context(),
                        stream,
                        request.limits(),
                        request.plan().crop()),
                new Encoder(request.encoding(), request.quality()));
        benches.add(bench);
        return bench;
    }

    private static BytePointer encode(Bench bench, ShownFrame frame, Rendering.Shape shape) {
        return bench.encoder().encode(bench.rendering().render(frame.previous(), frame.frame(), frame.next(), shape));
    }

    private void sendFirst() {
        Pending first = pending.element();
        try (BytePointer bytes = encoded(first.encoded())) {
            pending.remove();
            ShownFrame.Position position = first.frame().position();
            ExtractedFrame extracted = new ExtractedFrame(
                    position.ticks(),
                    position.ordinal(),
                    position.micros(),
                    first.shape().width(),
                    first.shape().height(),
                    first.bench().encoder().mediaType(),
                    new byte[0]);
            first.frame().release();
            idle.add(first.bench());
            sender.send(Wire.Kind.FRAME, out -> Wire.writeHead(out, extracted), bytes.asByteBuffer());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delivered++;
    }

    private static BytePointer encoded(Future<BytePointer> encoding) {
        try {
            return encoding.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof VideoException bad) {
                throw bad;
            }
            throw new IllegalStateException("a frame could not be rendered", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a frame was rendered", e);
        }
    }

    /** Waits for what is being rendered, which is not sent any more: only {@link #finish} sends all. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            while (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
                // Memory that is in use is not to be given back, however long it takes.
                continue;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while frames were rendered", e);
        }
        for (Pending unsent : pending) {
            unsent.frame().release();
            discard(unsent.encoded());
        }
        pending.clear();
        benches.forEach(Bench::close);
    }

    /** What came of it is known no more: the failure that ended the delivery came before. */
    private static void discard(Future<BytePointer> encoded) {
        try {
            encoded.get().close();
        } catch (ExecutionException | InterruptedException e) {
            return;
        }
    }
}
