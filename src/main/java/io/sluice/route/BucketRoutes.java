package io.sluice.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.camel.CamelContext;

/** The routes of continuous ingestion from a bucket, which do not start by themselves: a run over named videos has none. */
public final class BucketRoutes {
    private final CamelContext context;
    private final Optional<String> bucket;
    private final boolean listed;
    private final boolean notified;

    /**
     * @param bucket empty for no bucket
     * @param listed whether it is listed
     * @param notified whether notifications are read
     */
    public BucketRoutes(CamelContext context, Optional<String> bucket, boolean listed, boolean notified) {
        this.context = context;
        this.bucket = bucket;
        this.listed = listed;
        this.notified = notified;
    }

    /** Starts those that the settings ask for; none without a bucket. */
    public void start() throws Exception {
        if (bucket.isEmpty()) {
            return;
        }
        List<String> routes = new ArrayList<>(List.of("take"));
        if (listed) {
            routes.add("bucket");
        }
        if (notified) {
            routes.add("notifications");
        }
        for (String route : routes) {
            context.getRouteController().startRoute(route);
        }
    }
}
