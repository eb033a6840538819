package io.sluice.application;

import io.sluice.route.Duty;
import java.util.Set;

/** What this process does. */
public record Duties(Set<Duty> all) {
    public Duties {
        all = Set.copyOf(all);
    }

    /** @throws SettingsException if {@code sluice.stages} is wrong */
    static Duties of(Settings settings) {
        try {
            return new Duties(Duty.parse(settings.stages()));
        } catch (IllegalArgumentException e) {
            throw new SettingsException("sluice.stages: " + e.getMessage());
        }
    }

    public boolean has(Duty duty) {
        return all.contains(duty);
    }
}
