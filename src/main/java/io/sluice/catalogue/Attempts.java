package io.sluice.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/**
 * Work that has begun and not ended. Who is found here often has killed the process.
 *
 * <p>Each attempt belongs to a run of a process. One of a run that is alive, which it is while it holds a lease, does not count for
 * others: its work has been handed over, as consumers do when a process joins, and has killed nobody.
 */
public final class Attempts {
    private final Handle handle;

    Attempts(Handle handle) {
        this.handle = handle;
    }

    /**
     * Counts an attempt at each subject, before the work.
     *
     * @param run who begins, as in {@link Leases}
     * @param now milliseconds since 1970
     * @return the number of attempts by subject: this one, earlier ones of this run that did not end, and those of runs that ended
     */
    public Map<String, Integer> begin(String stage, List<String> subjects, String run, long now) {
        if (subjects.isEmpty()) {
            return Map.of();
        }
        var batch = handle.prepareBatch(
                "INSERT INTO attempt (stage, subject, run, number) VALUES (:stage, :subject, :run, 1) "
                        + "ON CONFLICT (stage, subject, run) DO UPDATE SET number = attempt.number + 1");
        // in one order, as measurements are put
        subjects.stream()
                .sorted()
                .forEach(subject -> batch.bind("stage", stage)
                        .bind("subject", subject)
                        .bind("run", run)
                        .add());
        batch.execute();
        Map<String, Integer> numbers = new HashMap<>();
        handle.createQuery("SELECT a.subject, SUM(a.number) AS attempts FROM attempt a "
                        + "WHERE a.stage = :stage AND a.subject IN (<subjects>) AND (a.run = :run OR NOT EXISTS "
                        + "(SELECT 1 FROM lease l WHERE l.holder = a.run AND l.held_until > :now)) GROUP BY a.subject")
                .bind("stage", stage)
                .bind("run", run)
                .bind("now", now)
                .bindList("subjects", subjects)
                .map((row, context) -> Map.entry(row.getString("subject"), row.getInt("attempts")))
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
        return numbers;
    }

    /** Forgets the attempts, of all runs: the work has ended, well or with an error that is known. */
    public void end(String stage, Collection<String> subjects) {
        if (subjects.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM attempt WHERE stage = :stage AND subject IN (<subjects>)")
                .bind("stage", stage)
                .bindList("subjects", List.copyOf(subjects))
                .execute();
    }

    /** Forgets the attempts of a run that ends in good order, whatever it has left undone. */
    public void abandon(String run) {
        handle.createUpdate("DELETE FROM attempt WHERE run = :run")
                .bind("run", run)
                .execute();
    }
}
