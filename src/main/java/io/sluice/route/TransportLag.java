package io.sluice.route;

import io.sluice.broker.KafkaCluster;
import io.sluice.frame.InfrastructureException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** How many records a consumer group still has to read. Thread-safe. */
public final class TransportLag implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 30;

    private final Admin admin;

    public TransportLag(KafkaCluster cluster) {
        this.admin = Admin.create(cluster.client());
    }

    /**
     * Records of the topic that the stage's group has not committed and that the broker still has.
     *
     * @throws InfrastructureException if the broker does not say
     */
    public long of(String group, Topic topic) {
        try {
            var partitions = admin
                    .describeTopics(java.util.List.of(topic.fullName()))
                    .allTopicNames()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .flatMap(description -> description.partitions().stream()
                            .map(info -> new TopicPartition(topic.fullName(), info.partition())))
                    .toList();
            Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, ListOffsetsResultInfo> first = admin.listOffsets(
                            partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.earliest())))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            Map<TopicPartition, ListOffsetsResultInfo> end = admin.listOffsets(
                            partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest())))
                    .all()
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            long lag = 0;
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata done = committed.get(partition);
                // What retention has taken cannot be read any more and does not count.
                long from = Math.max(done == null ? 0 : done.offset(), offset(first, partition));
                lag += Math.max(0, offset(end, partition) - from);
            }
            return lag;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InfrastructureException("broker: interrupted while asking for the lag of '" + group + "'", e);
        } catch (ExecutionException | TimeoutException e) {
            // a time that is up has no message
            throw new InfrastructureException("broker: does not say the lag of '" + group + "': " + e, e);
        }
    }

    /**
     * Returns when the broker has answered.
     *
     * @throws InfrastructureException if it does not in time
     */
    public void reach(Duration patience) {
        try {
            admin.describeCluster(new DescribeClusterOptions().timeoutMs((int) patience.toMillis()))
                    .clusterId()
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InfrastructureException("broker: interrupted while waiting for an answer", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new InfrastructureException("broker: does not answer: " + e, e);
        }
    }

    private static long offset(Map<TopicPartition, ListOffsetsResultInfo> offsets, TopicPartition partition) {
        ListOffsetsResultInfo info = offsets.get(partition);
        return info == null ? 0 : info.offset();
    }

    @Override
    public void close() {
        admin.close();
    }
}
