package io.sluice.route;

import io.sluice.broker.KafkaCluster;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaConfiguration;

/** How the clients of Camel's Kafka component get into the cluster. */
public final class KafkaClients {
    private KafkaClients() {}

    /** Said once, before any route starts: what the component has been told, each of its consumers and producers is. */
    public static void connect(KafkaComponent component, KafkaCluster cluster) {
        KafkaConfiguration configuration = component.getConfiguration();
        configuration.setBrokers(cluster.bootstrapServers());
        // Camel has options of its own for much of it, and defaults for these; what is additional wins over them.
        Map<String, Object> properties = new HashMap<>(configuration.getAdditionalProperties());
        properties.putAll(cluster.properties());
        configuration.setAdditionalProperties(properties);
    }
}
