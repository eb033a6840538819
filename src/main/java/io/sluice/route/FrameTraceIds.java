package io.sluice.route;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.trace.IdGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Random ids, but for a span whose ids were {@linkplain #next fixed} by the thread that makes it: so the trace of a frame has the
 * same id whichever process looks for it.
 */
public final class FrameTraceIds implements IdGenerator {
    private static final ThreadLocal<@Nullable SpanContext> NEXT = new ThreadLocal<>();

    private final IdGenerator random = IdGenerator.random();

    /** The next span that this thread makes has these ids; null for random ones again. */
    static void next(@Nullable SpanContext ids) {
        if (ids == null) {
            NEXT.remove();
        } else {
            NEXT.set(ids);
        }
    }

    @Override
    public String generateSpanId() {
        SpanContext next = NEXT.get();
        return next == null ? random.generateSpanId() : next.getSpanId();
    }

    @Override
    public String generateTraceId() {
        SpanContext next = NEXT.get();
        return next == null ? random.generateTraceId() : next.getTraceId();
    }
}
