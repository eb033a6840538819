package io.sluice.catalogue;

import org.jdbi.v3.core.Handle;

/**
 * What one process at a time does. A lease keeps work from being done twice; it cannot rule that out, because a holder may pause
 * for longer than its lease and go on. Work under a lease must therefore bear being done twice.
 */
public final class Leases {
    private final Handle handle;

    Leases(Handle handle) {
        this.handle = handle;
    }

    /**
     * Takes the lease if it is free, has run out, or is the holder's own; the latter renews it, also after a restart.
     *
     * @param now milliseconds since 1970; clocks of processes should differ by far less than leases last
     * @param until when it runs out unless it is renewed
     * @return whether {@code holder} has the lease
     */
    public boolean take(String name, String holder, long now, long until) {
        return handle.createUpdate("INSERT INTO lease (name, holder, held_until) VALUES (:name, :holder, :until) "
                                + "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, "
                                + "held_until = excluded.held_until "
                                + "WHERE lease.holder = excluded.holder OR lease.held_until <= :now")
                        .bind("name", name)
                        .bind("holder", holder)
                        .bind("until", until)
                        .bind("now", now)
                        .execute()
                > 0;
    }

    /** Gives the lease to the holder, whoever has it now. */
    public void seize(String name, String holder, long until) {
        handle.createUpdate("INSERT INTO lease (name, holder, held_until) VALUES (:name, :holder, :until) "
                        + "ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, held_until = excluded.held_until")
                .bind("name", name)
                .bind("holder", holder)
                .bind("until", until)
                .execute();
    }

    /** Lets the lease go, so that nobody has to wait for its end; nothing happens if it is another's. */
    public void release(String name, String holder) {
        handle.createUpdate("DELETE FROM lease WHERE name = :name AND holder = :holder")
                .bind("name", name)
                .bind("holder", holder)
                .execute();
    }
}
