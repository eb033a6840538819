package io.sluice.onnx;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;

/** Several sessions over one network: a call takes one that is free, and waits where there is none. Thread-safe. */
final class ReplicatedSession implements ModelSession {
    private final List<ModelSession> replicas;
    private final BlockingQueue<ModelSession> free;

    /** @param replicas alike, at least one; closed with this */
    ReplicatedSession(List<ModelSession> replicas) {
        this.replicas = List.copyOf(replicas);
        this.free = new ArrayBlockingQueue<>(replicas.size(), false, replicas);
    }

    @Override
    public <R> R run(Map<String, Tensor> in, Function<Map<String, Tensor>, R> read) {
        ModelSession session;
        try {
            session = free.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ModelException("model '" + file() + "': interrupted while it was waited for", e);
        }
        try {
            return session.run(in, read);
        } finally {
            free.add(session);
        }
    }

    @Override
    public List<TensorSpec> inputs() {
        return replicas.get(0).inputs();
    }

    @Override
    public List<TensorSpec> outputs() {
        return replicas.get(0).outputs();
    }

    @Override
    public Device device() {
        return replicas.get(0).device();
    }

    @Override
    public int batch() {
        return replicas.get(0).batch();
    }

    @Override
    public Optional<String> metadata(String key) {
        return replicas.get(0).metadata(key);
    }

    @Override
    public Path file() {
        return replicas.get(0).file();
    }

    @Override
    public void close() {
        replicas.forEach(ModelSession::close);
    }
}
