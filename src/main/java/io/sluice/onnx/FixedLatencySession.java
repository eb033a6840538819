package io.sluice.onnx;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A session of which no run takes less than a given time: what is left of it is slept, as a thread waits for a device. With it a
 * machine of few cores shows how processes share work that is done elsewhere. Results are those of the session behind it.
 * Thread-safe as that one is.
 */
final class FixedLatencySession implements ModelSession {
    private final ModelSession session;
    private final Duration latency;

    /** @param session closed with this */
    FixedLatencySession(ModelSession session, Duration latency) {
        this.session = session;
        this.latency = latency;
    }

    @Override
    public <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read) {
        // Inside the call, so that a session is not free for others while it seems to compute.
        long begin = System.nanoTime();
        return session.run(in, out -> {
            R answer = read.apply(out);
            try {
                TimeUnit.NANOSECONDS.sleep(latency.toNanos() - (System.nanoTime() - begin));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ModelException("model '" + file() + "': interrupted while it seemed to compute", e);
            }
            return answer;
        });
    }

    @Override
    public List<TensorSpec> inputs() {
        return session.inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return session.outputs();
    }

    @Override
    public Device device() {
        return session.device();
    }

    @Override
    public int batch() {
        return session.batch();
    }

    @Override
    public Optional<String> metadata(String key) {
        return session.metadata(key);
    }

    @Override
    public Path file() {
        return session.file();
    }

    @Override
    public void close() {
        session.close();
    }
}
