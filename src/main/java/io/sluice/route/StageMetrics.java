package io.sluice.route;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts and times per stage, in Micrometer and for the report. Thread-safe. */
public final class StageMetrics {
    private final MeterRegistry registry;
    private final Map<StageName, LongAdder> nanos = new EnumMap<>(StageName.class);

    public StageMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (StageName stage : StageName.values()) {
            nanos.put(stage, new LongAdder());
        }
    }

    /** Time that a stage spent on frames, as opposed to waiting for them. */
    public void measured(StageName stage, int frames, long spentNanos) {
        LongAdder sum = nanos.get(stage);
        if (sum != null) {
            sum.add(spentNanos);
        }
        Timer.builder("sluice.stage.measure")
                .description("time that a stage spent on a batch of frames")
                .tag("stage", stage.word())
                .register(registry)
                .record(Duration.ofNanos(spentNanos));
        registry.counter("sluice.stage.measured", "stage", stage.word()).increment(frames);
    }

    public void decided(StageName stage, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            String verdict;
            String reason = "none";
            if (outcome instanceof Outcome.Rejected rejected) {
                verdict = "rejected";
                reason = rejected.rejection().reason();
            } else if (outcome instanceof Outcome.Failed) {
                verdict = "failed";
            } else {
                verdict = "kept";
            }
            registry.counter("sluice.stage.frames", "stage", stage.word(), "verdict", verdict, "reason", reason)
                    .increment();
        }
    }

    /** Seconds that the stage has spent on frames since this process started. */
    public double seconds(StageName stage) {
        LongAdder sum = nanos.get(stage);
        return sum == null ? 0 : sum.sum() / 1e9;
    }
}
