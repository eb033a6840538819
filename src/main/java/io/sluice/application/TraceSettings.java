package io.sluice.application;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.sluice.route.FrameTraceIds;
import java.net.URI;

/** What the settings say of traces. */
final class TraceSettings {
    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> INSTANCE = AttributeKey.stringKey("service.instance.id");

    private TraceSettings() {}

    /**
     * Where spans go; without an endpoint nowhere, and then nothing of the SDK is made.
     *
     * @throws SettingsException if a setting is wrong
     */
    static OpenTelemetry telemetry(Settings.Traces settings, String instance) {
        double ratio = settings.ratio();
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new SettingsException("sluice.traces.ratio: '" + ratio + "' is not allowed; allowed: 0 to 1");
        }
        return settings.endpoint()
                .map(endpoint -> export(endpoint, ratio, instance))
                .orElseGet(OpenTelemetry::noop);
    }

    private static OpenTelemetry export(URI endpoint, double ratio, String instance) {
        if (endpoint.getHost() == null
                || !("http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme()))) {
            throw new SettingsException("sluice.traces.endpoint: '" + endpoint
                    + "' is not allowed; allowed: an http or https URL, as in http://collector:4318/v1/traces");
        }
        // By the trace's id, which is derived from the frame: all processes choose the same frames.
        SdkTracerProvider provider = SdkTracerProvider.builder()
                .setIdGenerator(new FrameTraceIds())
                .setSampler(Sampler.traceIdRatioBased(ratio))
                .setResource(Resource.getDefault()
                        .merge(Resource.create(Attributes.of(SERVICE, "sluice", INSTANCE, instance))))
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint.toString())
                                .build())
                        .build())
                .build();
        return OpenTelemetrySdk.builder().setTracerProvider(provider).build();
    }
}
