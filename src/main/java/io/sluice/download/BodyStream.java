package io.sluice.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A response's body as a stream whose reads end: with bytes, or with an {@link HttpTimeoutException} where none come. The JDK's own
 * stream waits forever, and neither closing nor interrupting it wakes its reader everywhere. Read by one thread.
 */
final class BodyStream extends InputStream implements Flow.Subscriber<List<ByteBuffer>> {
    /** What the connection brings: bytes, a fault, or the end, which is neither. */
    private record Event(List<ByteBuffer> bytes, @Nullable Throwable fault, boolean end) {}

    private final Duration silence;
    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final Deque<ByteBuffer> ready = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private boolean ended;

    BodyStream(Flow.Publisher<List<ByteBuffer>> body, Duration silence) {
        this.silence = silence;
        body.subscribe(this);
    }

    @Override
    public synchronized void onSubscribe(Flow.Subscription made) {
        subscription = made;
        made.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        events.add(new Event(bytes, null, false));
    }

    @Override
    public void onError(Throwable fault) {
        events.add(new Event(List.of(), fault, true));
    }

    @Override
    public void onComplete() {
        events.add(new Event(List.of(), null, true));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (ready.isEmpty()) {
            if (ended) {
                return -1;
            }
            await();
        }
        ByteBuffer first = ready.element();
        int count = Math.min(length, first.remaining());
        first.get(to, offset, count);
        if (!first.hasRemaining()) {
            ready.remove();
        }
        return count;
    }

    private void await() throws IOException {
        Event event;
        try {
            event = events.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
        if (event == null) {
            throw new HttpTimeoutException("nothing came for " + silence.toSeconds() + " s");
        }
        ended = event.end();
        if (event.fault() != null) {
            throw new IOException(event.fault().getMessage(), event.fault());
        }
        event.bytes().stream().filter(ByteBuffer::hasRemaining).forEach(ready::add);
        if (!ended) {
            request();
        }
    }

    private synchronized void request() {
        if (subscription != null) {
            subscription.request(1);
        }
    }

    /** Lets go of a connection that is not read to its end. */
    @Override
    public synchronized void close() {
        if (subscription != null && !ended) {
            subscription.cancel();
        }
        ended = true;
    }
}
