package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sluice.frame.Frame;
import io.sluice.frame.InfrastructureException;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrameTracesTest {
    @TempDir
    private Path folder;

    private final List<SpanData> ended = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private Fixture fixture;
    private Frame frame;

    @BeforeEach
    void frame() {
        fixture = new Fixture(folder, "d");
        frame = fixture.extract(1, 1).get(0);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        context.close();
    }

    private FrameTraces traces(double ratio) {
        SpanExporter exporter = new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                ended.addAll(spans);
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode flush() {
                return CompletableResultCode.ofSuccess();
            }

            @Override
            public CompletableResultCode shutdown() {
                return CompletableResultCode.ofSuccess();
            }
        };
        return FrameTraces.of(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setIdGenerator(new FrameTraceIds())
                        .setSampler(Sampler.traceIdRatioBased(ratio))
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .build());
    }

    private Exchange record(Optional<String> header) {
        Exchange record = new DefaultExchange(context);
        header.ifPresent(
                value -> record.getMessage().setHeader(FrameTraces.HEADER, value.getBytes(StandardCharsets.UTF_8)));
        return record;
    }

    private Optional<String> pass(FrameTraces traces, StageName stage, Optional<String> header) {
        try (FrameTraces.Work work = traces.begin(stage)) {
            work.add(fixture.message(frame), record(header), 1);
            return work.decided(new Outcome.Kept(frame));
        }
    }

    @Test
    void without_telemetry_nothing_is_sent() {
        FrameTraces traces = FrameTraces.of(OpenTelemetry.noop());

        assertThat(traces.extracted("d", "r", frame, Instant.now())).isEmpty();
        assertThat(traces.told("select", "d", "r", frame, Instant.now())).isEmpty();
        assertThat(pass(traces, StageName.BLUR, Optional.empty())).isEmpty();
    }

    @Test
    void a_stage_is_the_child_of_the_one_that_sent_the_message() {
        FrameTraces traces = traces(1);
        Optional<String> extracted = traces.extracted("d", fixture.recipe.digest(), frame, Instant.now());
        Optional<String> blurred = pass(traces, StageName.BLUR, extracted);
        pass(traces, StageName.DETECT, blurred);

        assertThat(ended).extracting(SpanData::getName).containsExactly("extract", "blur", "detect");
        assertThat(ended)
                .extracting(SpanData::getTraceId)
                .containsOnly(ended.get(0).getTraceId());
        assertThat(ended.get(0).getParentSpanContext().isValid()).isFalse();
        assertThat(ended.get(1).getParentSpanId()).isEqualTo(ended.get(0).getSpanId());
        assertThat(ended.get(2).getParentSpanId()).isEqualTo(ended.get(1).getSpanId());
    }

    @Test
    void a_message_without_a_trace_finds_that_of_its_frame() {
        traces(1).extracted("d", fixture.recipe.digest(), frame, Instant.now());
        // another process, which has only the catalogue
        FrameTraces other = traces(1);
        Optional<String> selected = other.told("select", "d", fixture.recipe.digest(), frame, Instant.now());
        pass(other, StageName.INPAINT, selected);
        pass(other, StageName.BLUR, Optional.empty());

        SpanData extract = ended.get(0);
        assertThat(ended).extracting(SpanData::getTraceId).containsOnly(extract.getTraceId());
        assertThat(ended.get(1).getParentSpanId()).isEqualTo(extract.getSpanId());
        assertThat(ended.get(2).getParentSpanId()).isEqualTo(ended.get(1).getSpanId());
        assertThat(ended.get(3).getParentSpanId()).isEqualTo(extract.getSpanId());
    }

    @Test
    void a_frame_that_is_not_sampled_is_so_everywhere() {
        FrameTraces traces = traces(0);

        Optional<String> extracted = traces.extracted("d", fixture.recipe.digest(), frame, Instant.now());
        pass(traces, StageName.BLUR, extracted);
        traces.told("select", "d", fixture.recipe.digest(), frame, Instant.now());

        assertThat(ended).isEmpty();
    }

    @Test
    void a_fault_of_the_batch_is_on_the_span_of_each_frame() {
        try (FrameTraces.Work work = traces(1).begin(StageName.BLUR)) {
            work.add(fixture.message(frame), record(Optional.empty()), 7);
            work.stopped(new InfrastructureException("the device is lost", null));
        }

        assertThat(ended).hasSize(1);
        assertThat(ended.get(0).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(ended.get(0).getStatus().getDescription()).isEqualTo("the device is lost");
        assertThat(ended.get(0).getAttributes().asMap().toString()).contains("sluice.batch=7");
    }
}
