package io.sluice.route;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.sluice.catalogue.Catalogue;
import io.sluice.catalogue.VideoStatus;
import io.sluice.frame.InfrastructureException;
import io.sluice.model.LoadedModel;
import io.sluice.stage.StageName;
import io.sluice.store.FrameStore;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.jboss.logging.Logger;

/**
 * Looks at what is waiting and where, for the gauges. What belongs to the whole installation (videos, waiting frames, lag, credit, the
 * store) is told by the process with the duty {@link Duty#CONTROL} alone, and by one of several that have it, so that a sum over
 * processes is right; which models are open, by each. A gauge whose source does not answer has no value (NaN), rather than an old one. One thread at a time.
 */
public final class ObservePipeline implements Processor {
    private static final Logger LOG = Logger.getLogger(ObservePipeline.class);

    /** Counting what a store holds means walking through it. */
    private static final Duration STORE_AGE = Duration.ofMinutes(5);

    private final Catalogue catalogue;
    private final TransportLag lag;
    private final FrameStore store;
    private final Supplier<List<LoadedModel>> models;
    private final boolean whole;
    private final BooleanSupplier leads;
    private final long creditLimit;
    private final MultiGauge devices;
    private final Map<String, Double> values = new ConcurrentHashMap<>();
    private long storeSeen = System.nanoTime() - STORE_AGE.toNanos();

    /**
     * @param creditLimit frames that may wait for the filters before extraction is held back
     * @param models those that are open in this process
     * @param whole whether this process may tell of the whole installation
     * @param leads whether, of those that may, it is the one
     */
    public ObservePipeline(
            Catalogue catalogue,
            TransportLag lag,
            FrameStore store,
            long creditLimit,
            Supplier<List<LoadedModel>> models,
            boolean whole,
            BooleanSupplier leads,
            MeterRegistry registry) {
        this.catalogue = catalogue;
        this.lag = lag;
        this.store = store;
        this.models = models;
        this.whole = whole;
        this.leads = leads;
        this.creditLimit = creditLimit;
        this.devices = MultiGauge.builder("sluice.model.device")
                .description("1 for each model that is open, with the device it runs on")
                .register(registry);
        if (!whole) {
            return;
        }
        for (VideoStatus status : VideoStatus.values()) {
            gauge(registry, "sluice.videos", "status", status.word());
        }
        for (StageName stage : waited()) {
            gauge(registry, "sluice.frames.waiting", "stage", stage.word());
        }
        for (Duty duty : StageMetrics.consumers()) {
            gauge(registry, "sluice.stage.lag", "stage", duty.word());
        }
        gauge(registry, "sluice.credit.used");
        gauge(registry, "sluice.credit.limit");
        gauge(registry, "sluice.store.bytes");
    }

    private void gauge(MeterRegistry registry, String name, String... tags) {
        String key = key(name, tags);
        Gauge.builder(name, () -> values.getOrDefault(key, Double.NaN))
                .tags(tags)
                .register(registry);
    }

    private static String key(String name, String... tags) {
        return tags.length == 0 ? name : name + "/" + tags[1];
    }

    /** Stages that frames can wait for. */
    private static List<StageName> waited() {
        return List.of(StageName.values()).subList(1, StageName.values().length);
    }

    @Override
    public void process(Exchange exchange) {
        observe();
    }

    synchronized void observe() {
        devices.register(
                models.get().stream()
                        .map(model -> MultiGauge.Row.of(
                                Tags.of("role", model.role(), "model", model.id(), "device", model.device()), 1))
                        .toList(),
                true);
        if (!whole) {
            return;
        }
        if (!leads.getAsBoolean()) {
            values.clear();
            storeSeen = System.nanoTime() - STORE_AGE.toNanos();
            return;
        }
        values.put("sluice.credit.limit", (double) creditLimit);
        read("catalogue", this::countRows);
        read("broker", this::countRecords);
        if (System.nanoTime() - storeSeen >= STORE_AGE.toNanos()) {
            storeSeen = System.nanoTime();
            read("frame store", this::countBytes);
        }
    }

    /** Has a part of the gauges read, all of it or nothing. */
    @SuppressWarnings("try")
    private void read(String source, Runnable reading) {
        try {
            reading.run();
        } catch (InfrastructureException e) {
            forget(source);
            try (LogKeys keys = LogKeys.ofError(e.getMessage())) {
                LOG.warnf("metrics of the %s cannot be read: error=%s", source, e.getMessage());
            }
        }
    }

    private void forget(String source) {
        values.keySet().removeIf(key -> switch (source) {
            case "catalogue" ->
                key.startsWith("sluice.videos/")
                        || key.startsWith("sluice.frames.waiting/")
                        || key.equals("sluice.credit.used");
            case "broker" -> key.startsWith("sluice.stage.lag/");
            default -> key.equals("sluice.store.bytes");
        });
    }

    private void countRows() {
        Map<VideoStatus, Long> videos = catalogue.read(rows -> rows.videos().countByStatus());
        for (VideoStatus status : VideoStatus.values()) {
            values.put(key("sluice.videos", "status", status.word()), (double) videos.getOrDefault(status, 0L));
        }
        Map<StageName, Long> last = catalogue.read(rows -> rows.frames().countWaiting());
        Map<StageName, Long> waiting = new EnumMap<>(StageName.class);
        last.forEach((stage, frames) -> waiting.put(StageName.values()[stage.ordinal() + 1], frames));
        for (StageName stage : waited()) {
            values.put(key("sluice.frames.waiting", "stage", stage.word()), (double) waiting.getOrDefault(stage, 0L));
        }
        values.put("sluice.credit.used", (double)
                catalogue.read(rows -> rows.frames().countWaitingForFilters()));
    }

    private void countRecords() {
        for (Duty duty : StageMetrics.consumers()) {
            Topic topic = switch (duty) {
                case PLAN -> Topic.VIDEOS_ARRIVED;
                case EXTRACT -> Topic.SEGMENTS_PLANNED;
                default -> SweepLostFrames.before(StageName.of(duty.word()));
            };
            values.put(key("sluice.stage.lag", "stage", duty.word()), (double)
                    lag.of(SweepLostFrames.group(duty.word()), topic));
        }
    }

    private void countBytes() {
        OptionalLong bytes = store.storedBytes();
        if (bytes.isPresent()) {
            values.put("sluice.store.bytes", (double) bytes.getAsLong());
        }
    }
}
