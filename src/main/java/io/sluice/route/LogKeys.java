package io.sluice.route;

import io.sluice.frame.Frame;
import io.sluice.frame.FrameId;
import io.sluice.frame.VideoId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * The keys that log lines carry beside their message, whoever writes them: {@code stage, frameId, videoId, model, topic, partition,
 * offset, error}. Set here and nowhere else, for the thread that works on a batch; JSON logs show them as fields.
 *
 * <p>A batch sets its stage and the place of its first record until it ends; inside it, keys of a frame, a video or an error hold
 * as long as the {@code LogKeys} that set them is open, and what was there before comes back.
 */
final class LogKeys implements AutoCloseable {
    static final String STAGE = "stage";
    static final String FRAME = "frameId";
    static final String VIDEO = "videoId";
    static final String MODEL = "model";
    static final String TOPIC = "topic";
    static final String PARTITION = "partition";
    static final String OFFSET = "offset";
    static final String ERROR = "error";

    /** All, in the order in which the documentation names them. */
    static final List<String> ALL = List.of(STAGE, FRAME, VIDEO, MODEL, TOPIC, PARTITION, OFFSET, ERROR);

    private static final ThreadLocal<Map<FrameId, Exchange>> RECORDS = ThreadLocal.withInitial(HashMap::new);

    private final Map<String, @Nullable Object> before = new HashMap<>();

    private LogKeys() {}

    /** A batch begins on this thread. */
    static void begin(String stage, List<Exchange> records) {
        end();
        MDC.put(STAGE, stage);
        if (!records.isEmpty()) {
            place(records.get(0)).forEach(MDC::put);
        }
    }

    /** The batch has ended: nothing of it stays on the thread. */
    static void end() {
        RECORDS.remove();
        ALL.forEach(MDC::remove);
    }

    /** Tells which record of the batch a frame came with, so that lines about the frame name the record. */
    static void located(FrameId frame, Exchange record) {
        RECORDS.get().put(frame, record);
    }

    /** Lines about this frame. */
    static LogKeys of(Frame frame) {
        LogKeys keys = new LogKeys().put(FRAME, frame.id().value()).video(frame.video());
        Exchange record = RECORDS.get().get(frame.id());
        if (record != null) {
            place(record).forEach(keys::put);
        }
        return keys;
    }

    /** Lines about this record. */
    static LogKeys of(Exchange record) {
        LogKeys keys = new LogKeys();
        place(record).forEach(keys::put);
        return keys;
    }

    /** Lines about this video. */
    static LogKeys of(VideoId video) {
        return new LogKeys().video(video);
    }

    /** Lines about this topic. */
    static LogKeys of(Topic topic) {
        return new LogKeys().put(TOPIC, topic.fullName());
    }

    /** @param ids of the models, or of the built-in methods, at work; nothing is set where there are none */
    static LogKeys ofModels(List<String> ids) {
        LogKeys keys = new LogKeys();
        return ids.isEmpty() ? keys : keys.put(MODEL, String.join(",", ids));
    }

    static LogKeys ofError(@Nullable String message) {
        return new LogKeys().error(message);
    }

    LogKeys error(@Nullable String message) {
        return put(ERROR, String.valueOf(message));
    }

    private LogKeys video(VideoId video) {
        return put(VIDEO, video.sha256());
    }

    private LogKeys put(String key, Object value) {
        Object old = MDC.get(key);
        if (!before.containsKey(key)) {
            before.put(key, old);
        }
        MDC.put(key, value);
        return this;
    }

    private static Map<String, Object> place(Exchange record) {
        Map<String, Object> place = new HashMap<>();
        put(place, TOPIC, record.getMessage().getHeader(KafkaConstants.TOPIC));
        put(place, PARTITION, record.getMessage().getHeader(KafkaConstants.PARTITION));
        put(place, OFFSET, record.getMessage().getHeader(KafkaConstants.OFFSET));
        return place;
    }

    private static void put(Map<String, Object> place, String key, @Nullable Object value) {
        if (value != null) {
            place.put(key, Objects.toString(value));
        }
    }

    @Override
    public void close() {
        before.forEach((key, value) -> {
            if (value == null) {
                MDC.remove(key);
            } else {
                MDC.put(key, value);
            }
        });
    }
}
