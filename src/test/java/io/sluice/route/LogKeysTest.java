package io.sluice.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.frame.Frame;
import io.sluice.stage.StageName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.camel.Exchange;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.jboss.logging.MDC;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogKeysTest {
    @TempDir
    private Path folder;

    private static Exchange record(DefaultCamelContext context, int partition, long offset) {
        Exchange record = new DefaultExchange(context);
        record.getMessage().setHeader(KafkaConstants.TOPIC, "sluice.frames.extracted");
        record.getMessage().setHeader(KafkaConstants.PARTITION, partition);
        record.getMessage().setHeader(KafkaConstants.OFFSET, offset);
        return record;
    }

    @Test
    void a_frame_that_fails_is_told_with_its_record_and_what_measured_it() throws Exception {
        List<Map<String, String>> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                told.add(ExtLogRecord.wrap(record).getMdcCopy());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(StageRunner.class.getName());
        logger.addHandler(handler);
        AtomicReference<Object> model = new AtomicReference<>();
        try (Fixture fixture = new Fixture(folder, "d");
                DefaultCamelContext context = new DefaultCamelContext()) {
            List<Frame> frames = fixture.extract(1, 2);
            FakeStage blur = new FakeStage(StageName.BLUR);
            blur.answers = batch -> {
                model.set(MDC.get(LogKeys.MODEL));
                if (batch.contains(frames.get(1))) {
                    throw new IllegalStateException("cannot be decoded");
                }
                return blur.inOrder(batch);
            };
            StageRunner runner = new StageRunner(
                    "run",
                    fixture.catalogue,
                    new Pipeline(List.of(blur)),
                    new StageMetrics(new SimpleMeterRegistry()),
                    List::of);
            List<Exchange> records = List.of(record(context, 3, 40), record(context, 3, 41));

            LogKeys.begin("blur", records);
            LogKeys.located(frames.get(0).id(), records.get(0));
            LogKeys.located(frames.get(1).id(), records.get(1));
            runner.run(StageName.BLUR, "d", fixture.recipe.digest(), fixture.recipe, frames);

            assertThat(told).hasSize(2);
            assertThat(told.get(0))
                    .containsEntry("offset", "40")
                    .containsEntry("error", "cannot be decoded")
                    .doesNotContainKey("frameId");
            assertThat(told.get(1))
                    .containsOnlyKeys(LogKeys.ALL)
                    .containsEntry("stage", "blur")
                    .containsEntry("frameId", frames.get(1).id().value())
                    .containsEntry("videoId", Fixture.VIDEO.sha256())
                    .containsEntry("model", String.valueOf(model.get()))
                    .containsEntry("topic", "sluice.frames.extracted")
                    .containsEntry("partition", "3")
                    .containsEntry("offset", "41")
                    .containsEntry("error", "cannot be decoded");
            assertThat(MDC.get(LogKeys.OFFSET)).as("the batch goes on").isEqualTo("40");
            assertThat(MDC.get(LogKeys.ERROR)).isNull();
        } finally {
            logger.removeHandler(handler);
            LogKeys.end();
        }
        LogKeys.ALL.forEach(key -> assertThat(MDC.get(key)).as(key).isNull());
    }
}
