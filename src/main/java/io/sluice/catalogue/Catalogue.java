package io.sluice.catalogue;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.sluice.frame.InfrastructureException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** Opens the database, brings its schema up to date, and runs transactions. */
public final class Catalogue implements AutoCloseable {
    private final AgroalDataSource dataSource;
    private final Jdbi jdbi;
    private final boolean singleWriter;
    private final ReentrantLock writer = new ReentrantLock(true);

    private Catalogue(AgroalDataSource dataSource, boolean singleWriter) {
        this.dataSource = dataSource;
        this.jdbi = Jdbi.create(dataSource);
        this.singleWriter = singleWriter;
    }

    /**
     * Opens the embedded catalogue, and makes it if the file is not there.
     *
     * @throws InfrastructureException if it cannot be opened, or was written by a newer version
     */
    public static Catalogue embedded(Path file) {
        // WAL with synchronous=NORMAL loses no acknowledged commit when the process is killed. Transactions that begin
        // as readers and write later fail when another writer comes between, hence IMMEDIATE.
        String url = "jdbc:sqlite:" + file.toAbsolutePath()
                + "?journal_mode=WAL&synchronous=NORMAL&busy_timeout=30000&transaction_mode=IMMEDIATE&foreign_keys=on";
        return open(url, "", "", "org.sqlite.JDBC", true);
    }

    /** @param url of a PostgreSQL database, {@code jdbc:postgresql:...} */
    public static Catalogue postgresql(String url, String user, String password) {
        return open(url, user, password, "org.postgresql.Driver", false);
    }

    private static Catalogue open(String url, String user, String password, String driver, boolean singleWriter) {
        // Parameters are left out of messages: they may hold a password.
        String name = url.replaceFirst("\\?.*", "");
        AgroalDataSource dataSource;
        try {
            dataSource = AgroalDataSource.from(new AgroalDataSourceConfigurationSupplier()
                    .connectionPoolConfiguration(pool -> pool.initialSize(1)
                            .maxSize(16)
                            .acquisitionTimeout(Duration.ofSeconds(60))
                            .connectionFactoryConfiguration(factory -> {
                                factory.jdbcUrl(url).connectionProviderClassName(driver);
                                if (!user.isEmpty()) {
                                    factory.principal(new NamePrincipal(user)).credential(new SimplePassword(password));
                                }
                                return factory;
                            })));
        } catch (SQLException e) {
            throw new InfrastructureException("catalogue: cannot open '" + name + "': " + e.getMessage(), e);
        }
        try {
            migrate(dataSource, name);
            return new Catalogue(dataSource, singleWriter);
        } catch (FlywayException e) {
            dataSource.close();
            throw new InfrastructureException("catalogue: cannot open '" + name + "': " + e.getMessage(), e);
        } catch (InfrastructureException e) {
            dataSource.close();
            throw e;
        }
    }

    private static void migrate(AgroalDataSource dataSource, String name) {
        Flyway flyway = Flyway.configure()
                .dataSource(dataSource)
                .locations("classpath:catalogue")
                .load();
        // Flyway itself only warns of migrations that it does not know.
        for (MigrationInfo migration : flyway.info().applied()) {
            if (migration.getState() == MigrationState.FUTURE_SUCCESS
                    || migration.getState() == MigrationState.FUTURE_FAILED) {
                throw new InfrastructureException(
                        "catalogue: '" + name
                                + "' was written by a newer version of this program: it has schema version "
                                + migration.getVersion() + ", which this version does not know",
                        null);
            }
        }
        flyway.migrate();
    }

    /**
     * Runs {@code work} in a transaction of its own. It is committed when this returns.
     *
     * @throws InfrastructureException if the database cannot do it; nothing of it is then done
     */
    public <R> R write(Function<Transaction, R> work) {
        if (singleWriter) {
            writer.lock();
        }
        try {
            return jdbi.inTransaction(handle -> work.apply(new Transaction(handle)));
        } catch (JdbiException e) {
            throw new InfrastructureException("catalogue: " + e.getMessage(), e);
        } finally {
            if (singleWriter) {
                writer.unlock();
            }
        }
    }

    /** As {@link #write}, for work without a result. */
    public void update(Consumer<Transaction> work) {
        write(transaction -> {
            work.accept(transaction);
            return true;
        });
    }

    /** Runs {@code work}, which only reads. Each query sees what was committed before it. */
    public <R> R read(Function<Transaction, R> work) {
        try {
            return jdbi.withHandle(handle -> work.apply(new Transaction(handle)));
        } catch (JdbiException e) {
            throw new InfrastructureException("catalogue: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        dataSource.close();
    }
}
