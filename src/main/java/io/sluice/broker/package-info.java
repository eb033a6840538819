/**
 * Kafka's server side: the broker inside this process, for whoever has no cluster; how clients get into any cluster, and the topics
 * on it.
 *
 * <p>The invariant: what a producer with {@code acks=all} was told is stored is there again after the process was killed and
 * started over the same folder. A power failure may lose the last seconds, because Kafka leaves flushing to the operating
 * system; the catalogue is the truth and publishes such frames again. Nothing here is reachable from another machine, unless a
 * listener is configured that is.
 *
 * <p>Starting and closing may happen on any thread; both block until they are done. Kafka's own threads do the rest.
 */
@NullMarked
package io.sluice.broker;

import org.jspecify.annotations.NullMarked;
