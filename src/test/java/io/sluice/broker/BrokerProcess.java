package io.sluice.broker;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/** A process to be killed: a broker and a producer that prints the number of each record once it is acknowledged. */
final class BrokerProcess {
    private BrokerProcess() {}

    static final String TOPIC = "sluice.frames";

    public static void main(String[] arguments) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(arguments[0]));
        Topics.ensure(broker.cluster(), Map.of(TOPIC, new TopicSettings(2, 1, Map.of())));
        Properties properties = new Properties();
        properties.put("bootstrap.servers", broker.bootstrapServers());
        properties.put("acks", "all");
        try (var producer = new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; ; i++) {
                producer.send(new ProducerRecord<>(TOPIC, "k" + i % 7, Integer.toString(i)))
                        .get();
                System.out.println("acknowledged " + i);
            }
        }
    }
}
