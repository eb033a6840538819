package io.sluice.route;

import java.util.List;
import org.apache.camel.Exchange;

/** A batch of Kafka records on its way through a route: the records as they came, and those to publish. */
final class Batch {
    private static final String RECORDS = "records";

    private Batch() {}

    /** The records as they came; they stay within reach when the body has become the records to publish. */
    @SuppressWarnings("unchecked")
    static List<Exchange> records(Exchange exchange) {
        List<Exchange> records = exchange.getProperty(RECORDS, List.class);
        if (records == null) {
            records = exchange.getMessage().getBody(List.class);
            if (records == null) {
                throw new IllegalArgumentException("a batch of Kafka records is required, '"
                        + exchange.getMessage().getBody() + "' came");
            }
            exchange.setProperty(RECORDS, records);
        }
        return records;
    }

    /** How many records came; 0 for what is no batch. */
    static int count(Exchange exchange) {
        List<?> records = exchange.getProperty(RECORDS, List.class);
        return records == null ? 0 : records.size();
    }

    static void publish(Exchange exchange, List<Exchange> out) {
        records(exchange);
        exchange.getMessage().setBody(out);
    }
}
