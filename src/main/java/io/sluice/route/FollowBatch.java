package io.sluice.route;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Is told when a consumer's batch begins and ends, whatever comes between: sets the keys of log lines, and counts batches, their time
 * and those that failed. A batch stays on one thread from record to commit, since publishing is synchronous.
 */
public final class FollowBatch extends RoutePolicySupport {
    private static final String START = "batchStartNanos";

    private final StageMetrics metrics;

    public FollowBatch(StageMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        exchange.setProperty(START, System.nanoTime());
        LogKeys.begin(route.getRouteId(), records(exchange));
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        long start = exchange.getProperty(START, System.nanoTime(), Long.class);
        metrics.batch(
                route.getRouteId(), Batch.count(exchange), System.nanoTime() - start, exchange.getException() != null);
        LogKeys.end();
    }

    private static List<Exchange> records(Exchange exchange) {
        return exchange.getMessage().getBody() instanceof List<?> ? Batch.records(exchange) : List.of();
    }
}
