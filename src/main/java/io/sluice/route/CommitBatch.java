package io.sluice.route;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.kafka.KafkaConstants;
import org.apache.camel.component.kafka.consumer.KafkaManualCommit;

/**
 * Commits a batch, the last step of every consumer: the last record of EACH partition in it. Camel's own commit header is that
 * of the batch's last record alone and would leave the other partitions behind.
 */
public final class CommitBatch implements Processor {

    @Override
    public void process(Exchange exchange) {
        Map<String, KafkaManualCommit> last = new HashMap<>();
        for (Exchange record : Batch.records(exchange)) {
            KafkaManualCommit commit =
                    record.getMessage().getHeader(KafkaConstants.MANUAL_COMMIT, KafkaManualCommit.class);
            if (commit == null) {
                throw new IllegalStateException(
                        "record without a manual commit: allowManualCommit must be true in the route");
            }
            last.put(
                    record.getMessage().getHeader(KafkaConstants.TOPIC) + "/"
                            + record.getMessage().getHeader(KafkaConstants.PARTITION),
                    commit);
        }
        FailPoint.BETWEEN_PRODUCE_AND_COMMIT.pass();
        last.values().forEach(KafkaManualCommit::commit);
    }
}
