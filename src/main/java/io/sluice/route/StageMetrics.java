package io.sluice.route;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.stage.Outcome;
import io.sluice.stage.StageName;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * What this process has done since it started: counts and times per stage, in Micrometer and for the report. Counters that may stay
 * at zero for long are there from the start, so that their first step is seen. {@code docs/operations.md} lists all. Thread-safe.
 */
public final class StageMetrics {
    private static final String STAGE = "stage";

    private final MeterRegistry registry;
    private final Map<StageName, LongAdder> nanos = new EnumMap<>(StageName.class);
    private final Counter deletedPictures;

    public StageMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.deletedPictures = registry.counter("sluice.retention.pictures");
        for (StageName stage : StageName.values()) {
            nanos.put(stage, new LongAdder());
        }
        for (Duty duty : consumers()) {
            batchFailures(duty.word());
        }
        for (Duty duty : List.of(Duty.PLAN, Duty.EXTRACT)) {
            decoderDeaths(duty.word());
        }
        for (Topic topic : SweepLostFrames.TOPICS) {
            republished(topic);
        }
    }

    /** The duties that take batches from Kafka. */
    static List<Duty> consumers() {
        return Arrays.stream(Duty.values())
                .filter(duty -> duty != Duty.INGEST && duty != Duty.CONTROL)
                .toList();
    }

    /** Time that a stage spent on frames, as opposed to waiting for them. */
    public void measured(StageName stage, int frames, long spentNanos) {
        LongAdder sum = nanos.get(stage);
        if (sum != null) {
            sum.add(spentNanos);
        }
        Timer.builder("sluice.stage.measure")
                .description("time that a stage spent on a batch of frames")
                .tag(STAGE, stage.word())
                .register(registry)
                .record(Duration.ofNanos(spentNanos));
        registry.counter("sluice.stage.measured", STAGE, stage.word()).increment(frames);
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
            registry.counter("sluice.stage.frames", STAGE, stage.word(), "verdict", verdict, "reason", reason)
                    .increment();
        }
    }

    /**
     * A consumer is done with a batch, for better or worse.
     *
     * @param records that were in it
     * @param spentNanos from the poll to the commit, retries in place included
     * @param failed whether it was left uncommitted, to be polled again
     */
    void batch(String stage, int records, long spentNanos, boolean failed) {
        Timer.builder("sluice.stage.batch")
                .description("time from taking a batch of records to its commit")
                .tag(STAGE, stage)
                .register(registry)
                .record(Duration.ofNanos(spentNanos));
        registry.counter("sluice.stage.records", STAGE, stage).increment(records);
        if (failed) {
            batchFailures(stage).increment();
        }
    }

    private Counter batchFailures(String stage) {
        return registry.counter("sluice.stage.batch.failures", STAGE, stage);
    }

    /** The decoder's child process has crashed, hung, or was killed over a limit. */
    void decoderDied(Duty stage) {
        decoderDeaths(stage.word()).increment();
    }

    private Counter decoderDeaths(String stage) {
        return registry.counter("sluice.decoder.deaths", STAGE, stage);
    }

    /** The sweeper has published lost messages again. */
    void republished(Topic topic, int messages) {
        republished(topic).increment(messages);
    }

    private Counter republished(Topic topic) {
        return registry.counter("sluice.sweeper.republished", "topic", topic.fullName());
    }

    /** Retention has deleted pictures of frames. */
    void deletedPictures(int pictures) {
        deletedPictures.increment(pictures);
    }

    /** Seconds that the stage has spent on frames since this process started. */
    public double seconds(StageName stage) {
        LongAdder sum = nanos.get(stage);
        return sum == null ? 0 : sum.sum() / 1e9;
    }
}
