package io.sluice.route;

import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Messages that were published again and are missed still. A pause that doubles lies between one time and the next, and after
 * {@value #MOST} times there is no point in another: whoever is to read the message does not. Kept in memory, so that another
 * process begins to count anew. One thread at a time.
 */
final class Republished {
    static final int MOST = 6;

    private final Duration pause;
    private final Clock clock;
    private final Map<String, Tries> tries = new HashMap<>();
    private final Set<String> missed = new HashSet<>();

    /** @param due milliseconds since 1970 from which on the message can count as lost again */
    private record Tries(int count, long due) {}

    /** @param pause after the first time */
    Republished(Duration pause, Clock clock) {
        this.pause = pause;
        this.clock = clock;
    }

    /** How many messages are missed still. */
    int size() {
        return tries.size();
    }

    /** Notes that the message is missed, be it time for it or not. */
    void isMissed(String subject) {
        missed.add(subject);
    }

    /** Whether it is time to publish the message, for the first time or again. */
    boolean isDue(String subject) {
        Tries before = tries.get(subject);
        return before == null || before.count < MOST && clock.millis() >= before.due;
    }

    /** Whether it was published as often as it may be, and the last time is long enough ago. */
    boolean isInVain(String subject) {
        Tries before = tries.get(subject);
        return before != null && before.count >= MOST && clock.millis() >= before.due;
    }

    void published(String subject) {
        Tries before = tries.get(subject);
        int count = before == null ? 1 : before.count + 1;
        tries.put(subject, new Tries(count, clock.millis() + (pause.toMillis() << (count - 1))));
    }

    /** Forgets messages that were not missed since this was called before: they have been read. */
    void forgetOthers() {
        tries.keySet().retainAll(missed);
        missed.clear();
    }
}
