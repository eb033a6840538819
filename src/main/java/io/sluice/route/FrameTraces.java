package io.sluice.route;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Traces that follow a frame over all stages: a trace for each frame in a dataset under a recipe, with a span for each stage.
 *
 * <p>The trace begins where the frame is extracted. From there the context travels in the header {@value #HEADER} (W3C) of the
 * frame's messages, and a stage's span is the child of the one that sent the message. Where a message is made from the catalogue,
 * after select and by the sweeper, there is no such header: the trace's id and that of its first span are derived from dataset,
 * recipe and frame, so that every process finds them. A stage works on batches, and each frame of one has a span of its own, as long
 * as the batch; {@code sluice.batch} says how many there were.
 *
 * <p>Without a tracer nothing is made and nothing is sent. Thread-safe.
 */
public final class FrameTraces {
    static final String HEADER = "traceparent";

    private static final AttributeKey<String> DATASET = AttributeKey.stringKey("sluice.dataset");
    private static final AttributeKey<String> VIDEO = AttributeKey.stringKey("sluice.video.id");
    private static final AttributeKey<String> FRAME = AttributeKey.stringKey("sluice.frame.id");
    private static final AttributeKey<String> STAGE = AttributeKey.stringKey("sluice.stage");
    private static final AttributeKey<String> VERDICT = AttributeKey.stringKey("sluice.verdict");
    private static final AttributeKey<String> REASON = AttributeKey.stringKey("sluice.reason");
    private static final AttributeKey<Long> BATCH = AttributeKey.longKey("sluice.batch");

    private final @Nullable Tracer tracer;

    private FrameTraces(@Nullable Tracer tracer) {
        this.tracer = tracer;
    }

    /** Makes none, where the telemetry makes none. */
    public static FrameTraces of(OpenTelemetry telemetry) {
        TracerProvider provider = telemetry.getTracerProvider();
        return provider == TracerProvider.noop() ? off() : new FrameTraces(provider.get("io.sluice"));
    }

    /** Makes none. */
    public static FrameTraces off() {
        return new FrameTraces(null);
    }

    /**
     * A frame was extracted, which begins its trace.
     *
     * @param start when the work on it began
     * @return what the header of its message says; empty where there are no traces
     */
    Optional<String> extracted(String dataset, String recipe, Frame frame, Instant start) {
        if (tracer == null) {
            return Optional.empty();
        }
        SpanContext root = root(dataset, recipe, frame.id());
        FrameTraceIds.next(root);
        try {
            return ended(tracer.spanBuilder(StageName.EXTRACT.word())
                    .setNoParent()
                    .setSpanKind(SpanKind.PRODUCER)
                    .setStartTimestamp(start)
                    .setAllAttributes(attributes(StageName.EXTRACT.word(), dataset, frame))
                    .startSpan());
        } finally {
            FrameTraceIds.next(null);
        }
    }

    /**
     * A frame's message is made from the catalogue.
     *
     * @param by the stage, or what else makes it
     * @return as {@link #extracted}
     */
    Optional<String> told(String by, String dataset, String recipe, Frame frame, Instant start) {
        if (tracer == null) {
            return Optional.empty();
        }
        return ended(tracer.spanBuilder(by)
                .setParent(Context.root().with(Span.wrap(root(dataset, recipe, frame.id()))))
                .setSpanKind(SpanKind.PRODUCER)
                .setStartTimestamp(start)
                .setAllAttributes(attributes(by, dataset, frame))
                .startSpan());
    }

    private static Optional<String> ended(Span span) {
        span.end();
        return header(span);
    }

    private static Optional<String> header(Span span) {
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, (map, key, value) -> {
            if (map != null) {
                map.put(key, value);
            }
        });
        return Optional.ofNullable(headers.get(HEADER));
    }

    /** Spans of the frames of a batch that a stage begins to work on. */
    Work begin(StageName stage) {
        return new Work(stage.word());
    }

    /** A stage's work on a batch: its open spans by frame. One thread. */
    final class Work implements AutoCloseable {
        private final String stage;
        private final Map<FrameId, Span> open = new HashMap<>();

        private Work(String stage) {
            this.stage = stage;
        }

        /** @param record that the frame came with */
        void add(FrameMessage message, Exchange record, int batch) {
            if (tracer == null) {
                return;
            }
            Frame frame = message.frame();
            Context sender =
                    W3CTraceContextPropagator.getInstance().extract(Context.root(), record, RecordHeaders.GETTER);
            Context parent = Span.fromContext(sender).getSpanContext().isValid()
                    ? sender
                    : Context.root().with(Span.wrap(root(message.dataset(), message.recipe(), frame.id())));
            open.put(
                    frame.id(),
                    tracer.spanBuilder(stage)
                            .setParent(parent)
                            .setSpanKind(SpanKind.CONSUMER)
                            .setAllAttributes(attributes(stage, message.dataset(), frame))
                            .setAttribute(BATCH, (long) batch)
                            .startSpan());
        }

        /** @return as {@link #extracted} */
        Optional<String> decided(Outcome outcome) {
            Span span = open.remove(outcome.frame().id());
            if (span == null) {
                return Optional.empty();
            }
            if (outcome instanceof Outcome.Rejected rejected) {
                span.setAttribute(VERDICT, "rejected");
                span.setAttribute(REASON, rejected.rejection().reason());
            } else if (outcome instanceof Outcome.Failed failed) {
                span.setAttribute(VERDICT, "failed");
                span.setStatus(StatusCode.ERROR, failed.error());
            } else {
                span.setAttribute(VERDICT, "kept");
            }
            return ended(span);
        }

        /** The batch stops with all its frames. */
        void stopped(RuntimeException fault) {
            open.values().forEach(span -> {
                span.recordException(fault);
                span.setStatus(StatusCode.ERROR, String.valueOf(fault.getMessage()));
            });
        }

        /** Ends what is open: frames that were not due here. */
        @Override
        public void close() {
            open.values().forEach(Span::end);
            open.clear();
        }
    }

    private static Attributes attributes(String stage, String dataset, Frame frame) {
        return Attributes.of(
                STAGE,
                stage,
                DATASET,
                dataset,
                VIDEO,
                frame.video().sha256(),
                FRAME,
                frame.id().value());
    }

    /** Where the trace of a frame begins. */
    static SpanContext root(String dataset, String recipe, FrameId frame) {
        ByteBuffer digest;
        try {
            digest = ByteBuffer.wrap(MessageDigest.getInstance("SHA-256")
                    .digest((dataset + "/" + recipe + "/" + frame.value()).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
        return SpanContext.createFromRemoteParent(
                TraceId.fromLongs(digest.getLong(), digest.getLong()),
                SpanId.fromLong(digest.getLong()),
                TraceFlags.getSampled(),
                TraceState.getDefault());
    }

    /** Headers of a Kafka record, which Camel hands over as bytes. */
    private enum RecordHeaders implements TextMapGetter<Exchange> {
        GETTER;

        @Override
        public Iterable<String> keys(Exchange record) {
            return record.getMessage().getHeaders().keySet();
        }

        @Override
        public @Nullable String get(@Nullable Exchange record, String key) {
            Object value = record == null ? null : record.getMessage().getHeader(key);
            return value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : null;
        }
    }
}
