package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.RunningSystem;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whether a database answers a query, over a connection of its own. Needs the database's JDBC driver on the class path.
 *
 * @param role who is asked
 * @param port in the container
 * @param query which is expected to change nothing: {@code SELECT 1}
 */
public record SqlProbe(String role, Kind kind, int port, String database, String user, String password, String query)
        implements Exchange {

    /** Which database, and so which driver. */
    public enum Kind {
        POSTGRESQL(5432, "org.postgresql.Driver", "org.postgresql:postgresql"),
        MARIADB(3306, "org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client"),
        MYSQL(3306, "com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j");

        private final int port;
        private final String driver;
        private final String dependency;

        Kind(int port, String driver, String dependency) {
            this.port = port;
            this.driver = driver;
            this.dependency = dependency;
        }

        /** Where it listens by default. */
        public int port() {
            return port;
        }

        private Driver driver() {
            try {
                return Class.forName(driver)
                        .asSubclass(Driver.class)
                        .getDeclaredConstructor()
                        .newInstance();
            } catch (ReflectiveOperationException e) {
                throw new ProbeException(
                        "A sql probe of kind " + name().toLowerCase(Locale.ROOT) + " needs the driver " + driver
                                + ", which is not on the class path. Add the dependency " + dependency + ".",
                        e);
            }
        }

        // Each step of theirs is bounded: what is given up is ended soon, and not kept for ever.
        private Properties properties(Duration left) {
            Properties properties = new Properties();
            boolean inSeconds = this == POSTGRESQL;
            long bound = inSeconds ? left.plusMillis(999).toSeconds() : left.toMillis();
            properties.setProperty("connectTimeout", Long.toString(bound));
            properties.setProperty("socketTimeout", Long.toString(bound));
            if (inSeconds) {
                properties.setProperty("loginTimeout", Long.toString(bound));
            }
            if (this == MARIADB) {
                properties.setProperty("sslMode", "disable"); // by default it refuses servers that have no TLS
            }
            return properties;
        }
    }

    /** @throws IllegalArgumentException if one of them is blank, or the port is none */
    public SqlProbe {
        Text.required(role, "a role");
        Text.port(port);
        Text.required(database, "a database");
        Text.required(user, "a user");
        Text.required(query, "a query");
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        return ask(system, within).seen();
    }

    @Override
    public SqlProbe numbered(String number) {
        return new SqlProbe(role, kind, port, database, user, password, query.replace(NUMBER, number));
    }

    @Override
    public Reply ask(RunningSystem system, Duration within) throws InterruptedException {
        Driver driver = kind.driver();
        AtomicReference<String> rows = new AtomicReference<>("");
        Observation seen = ProbeExecution.within(within, look -> {
            try {
                return answered(driver, system.address(role, port), look, rows);
            } catch (SQLInvalidAuthorizationSpecException e) {
                throw refused(e);
            } catch (SQLException e) {
                if (String.valueOf(e.getSQLState()).startsWith("28")) { // invalid authorization, in the standard
                    throw refused(e);
                }
                return new ProbeResult(false, "error " + e.getSQLState(), Text.excerpt(String.valueOf(e.getMessage())));
            }
        });
        return new Reply(seen, OptionalInt.empty(), rows.get());
    }

    private ProbeException refused(SQLException e) {
        return new ProbeException(
                "The database at \"" + role + "\" refuses the user \"" + user + "\": "
                        + Text.excerpt(String.valueOf(e.getMessage())) + ". Correct the probe's user and password.",
                e);
    }

    private ProbeResult answered(
            Driver driver, InetSocketAddress address, ProbeExecution look, AtomicReference<String> rows)
            throws Exception {
        Properties properties = kind.properties(look.left());
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        String url =
                "jdbc:" + kind.name().toLowerCase(Locale.ROOT) + "://" + Text.hostAndPort(address) + "/" + database;
        Connection connection = Optional.ofNullable(driver.connect(url, properties))
                .orElseThrow(
                        () -> new ProbeException("The driver " + driver.getClass() + " does not take " + url + "."));
        look.closing(() -> connection.abort(Runnable::run)); // close() would wait for the server
        try (connection;
                Statement statement = connection.createStatement()) {
            if (statement.execute(query)) {
                rows.set(text(statement.getResultSet()));
            }
            return ProbeResult.ok("answered");
        }
    }

    /** A line for each row, with spaces between its values. */
    private static String text(ResultSet rows) throws SQLException {
        StringBuilder text = new StringBuilder();
        int columns = rows.getMetaData().getColumnCount();
        while (text.length() < KEPT_BYTES && rows.next()) {
            for (int i = 1; i <= columns; i++) {
                text.append(rows.getString(i)).append(i == columns ? '\n' : ' ');
            }
        }
        return text.toString();
    }
}
