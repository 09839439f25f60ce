package io.faultline.reference;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;

/** Does each unit in a transaction of a PostgreSQL, over a connection of a pool. */
final class PostgresService implements Client {

    private static final int PORT = 5432;
    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration VALID = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(1);
    private static final long START_WITHOUT_DATABASE = -1;
    private static final String CONNECTION_FAILURE = "08";
    private static final String SHUT_DOWN = "57P01";

    private final Output output;
    private final Deadline deadline = new Deadline(WORK);
    private final HikariDataSource pool;
    private final BackgroundUnits background;

    PostgresService(Output output) {
        this.output = output;
        HikariConfig config = new HikariConfig();
        // A service that ends when its database is away must not end because it is slow on a busy machine.
        String bound = Naive.START ? "10" : "1";
        config.setJdbcUrl(
                "jdbc:postgresql://" + Endpoint.dependency(PORT) + "/faultline?sslmode=disable&connectTimeout=" + bound
                        + "&loginTimeout=" + bound + "&socketTimeout=" + bound);
        config.setUsername("faultline");
        config.setPassword("faultline");
        config.setAutoCommit(false);
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setValidationTimeout(VALID.toMillis());
        if (!Naive.START) {
            config.setInitializationFailTimeout(START_WITHOUT_DATABASE);
        }
        pool = new HikariDataSource(config);
        background = new BackgroundUnits(pool, connection -> transact(connection, BackgroundUnits.UNIT), output);
    }

    @Override
    public Answer work(Unit unit) throws Exception {
        // What is tried twice takes its time twice.
        return deadline.work(new Unit(unit.name(), unit.takes().multipliedBy(2), 0), () -> twice(unit), () -> {});
    }

    // It can be done twice: the name is its key, and who has it already does nothing.
    private Answer twice(Unit unit) throws SQLException {
        try {
            return once(unit);
        } catch (SQLException e) {
            if (Naive.RETRY || !isLostConnection(e)) {
                throw e;
            }
            output.say("lost: " + e.getMessage());
            pool.getHikariPoolMXBean().softEvictConnections(); // its other ones are most likely no better
            return once(unit);
        }
    }

    private static boolean isLostConnection(SQLException e) {
        String state = Objects.requireNonNullElse(e.getSQLState(), "");
        return state.startsWith(CONNECTION_FAILURE) || state.equals(SHUT_DOWN);
    }

    private Answer once(Unit unit) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            transact(connection, unit);
        }
        return Answer.DONE;
    }

    private static void transact(Connection connection, Unit unit) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, (int) ANSWER.plus(unit.takes()).toMillis());
        try (PreparedStatement sleep = connection.prepareStatement("select pg_sleep(?)")) {
            sleep.setDouble(1, unit.takes().toMillis() / 1000.0);
            sleep.execute();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into units (name) values (?) on conflict do nothing")) {
            insert.setString(1, unit.name());
            insert.executeUpdate();
        }
        connection.commit();
    }

    @Override
    public boolean isWell() {
        return background.isDone();
    }

    @Override
    public void close() {
        pool.close();
    }
}
