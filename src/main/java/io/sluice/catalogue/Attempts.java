package io.sluice.catalogue;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Work that has begun and not ended. Who is found here often has killed the process. */
public final class Attempts {
    private final Handle handle;

    Attempts(Handle handle) {
        this.handle = handle;
    }

    /** Counts an attempt at each subject, before the work. The number of attempts, this one included, by subject. */
    public Map<String, Integer> begin(String stage, List<String> subjects) {
        if (subjects.isEmpty()) {
            return Map.of();
        }
        var batch = handle.prepareBatch("INSERT INTO attempt (stage, subject, number) VALUES (:stage, :subject, 1) "
                + "ON CONFLICT (stage, subject) DO UPDATE SET number = attempt.number + 1");
        // in one order, as measurements are put
        subjects.stream()
                .sorted()
                .forEach(subject ->
                        batch.bind("stage", stage).bind("subject", subject).add());
        batch.execute();
        Map<String, Integer> numbers = new HashMap<>();
        handle.createQuery("SELECT subject, number FROM attempt WHERE stage = :stage AND subject IN (<subjects>)")
                .bind("stage", stage)
                .bindList("subjects", subjects)
                .map((row, context) -> Map.entry(row.getString("subject"), row.getInt("number")))
                .forEach(entry -> numbers.put(entry.getKey(), entry.getValue()));
        return numbers;
    }

    /** Forgets the attempts: the work has ended, well or with an error that is known. */
    public void end(String stage, Collection<String> subjects) {
        if (subjects.isEmpty()) {
            return;
        }
        handle.createUpdate("DELETE FROM attempt WHERE stage = :stage AND subject IN (<subjects>)")
                .bind("stage", stage)
                .bindList("subjects", List.copyOf(subjects))
                .execute();
    }
}
