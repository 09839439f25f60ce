package io.faultline.reference;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** Stores payloads in a MariaDB, which takes no statement beyond a size: it closes the connection of who sends one. */
final class MariadbService implements Client {

    private static final int PORT = 3306;
    private static final Duration WORK = Duration.ofSeconds(2);
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration VALID = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final int REST_OF_STATEMENT = 100;

    private final Output output;
    private final Deadline deadline = new Deadline(WORK);
    private final HikariDataSource pool;
    private volatile boolean well;

    MariadbService(Output output) {
        this.output = output;
        HikariConfig config = new HikariConfig();
        // The connector is told of more than the server takes, or it would refuse by itself what is too big.
        config.setJdbcUrl("jdbc:mariadb://" + Endpoint.dependency(PORT)
                + "/faultline?connectTimeout=1000&socketTimeout=1000&sslMode=disable&maxAllowedPacket=67108864");
        config.setUsername("faultline");
        config.setPassword("faultline");
        config.setConnectionTimeout(CONNECT.toMillis());
        config.setValidationTimeout(VALID.toMillis());
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    @Override
    public Answer work(Unit unit) throws Exception {
        return Naive.TOO_BIG ? untilDone(unit) : deadline.work(unit, () -> done(unit), () -> {});
    }

    private Answer done(Unit unit) throws InterruptedException, SQLException {
        unit.take();
        try {
            return store(unit);
        } catch (SQLException e) {
            output.say("lost: " + e.getMessage());
            well = false;
        }
        int most = largestStatement();
        if (unit.bytes() + REST_OF_STATEMENT > most) {
            return Answer.tooBig("too big: the server takes " + most + " bytes");
        }
        return store(unit);
    }

    // Every failure looks like a lost connection.
    private Answer untilDone(Unit unit) throws InterruptedException {
        unit.take();
        while (true) {
            try {
                return store(unit);
            } catch (SQLException e) {
                output.say("lost: " + e.getMessage());
                well = false;
                Pause.of(AGAIN);
            }
        }
    }

    private Answer store(Unit unit) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("replace into units (name, payload) values (?, ?)")) {
            insert.setString(1, unit.name());
            insert.setString(2, "x".repeat(unit.bytes())); // no byte of it is escaped, which would double its size
            insert.executeUpdate();
            well = true;
            return Answer.DONE;
        }
    }

    private int largestStatement() throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement select = connection.prepareStatement("select @@max_allowed_packet");
                ResultSet answer = select.executeQuery()) {
            answer.next();
            well = true;
            return answer.getInt(1);
        }
    }

    @Override
    public boolean isWell() {
        return well;
    }

    @Override
    public void close() {
        pool.close();
    }
}
