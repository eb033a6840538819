package io.sluice.catalogue;

import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Devices on which models have run, in whatever process. */
public final class ModelDevices {
    private final Handle handle;

    ModelDevices(Handle handle) {
        this.handle = handle;
    }

    /**
     * Notes where the model runs now.
     *
     * @param sha256 of its files
     * @param device {@code cpu}, {@code cuda} or {@code tensorrt}
     */
    public void put(String role, String model, String sha256, String device) {
        handle.createUpdate("INSERT INTO model_device (role, model, sha256, device) "
                        + "VALUES (:role, :model, :sha256, :device) "
                        + "ON CONFLICT (role, model, sha256) DO UPDATE SET device = excluded.device")
                .bind("role", role)
                .bind("model", model)
                .bind("sha256", sha256)
                .bind("device", device)
                .execute();
    }

    /** Where the model ran last; empty if it never has. */
    public Optional<String> find(String role, String model, String sha256) {
        return handle.createQuery(
                        "SELECT device FROM model_device WHERE role = :role AND model = :model AND sha256 = :sha256")
                .bind("role", role)
                .bind("model", model)
                .bind("sha256", sha256)
                .mapTo(String.class)
                .findOne();
    }
}
