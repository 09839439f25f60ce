package io.faultline.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.world.StoppingContainer;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.junit.jupiter.Container;

class GracefulStopsTest {

    @Test
    void hasNoObjectionToWhatIsRight() {
        assertThat(GracefulStops.problems(Right.class)).isEmpty();
    }

    @Test
    void tellsAllProblemsAtOnceThoseOfASuperclassFirst() {
        assertThat(GracefulStops.problems(Wrong.class))
                .satisfiesExactly(
                        problem -> assertThat(problem)
                                .startsWith("@StopsGracefully on \"forgotten\": without @Container beside it")
                                .contains("Add @Container"),
                        problem -> assertThat(problem)
                                .isEqualTo(
                                        "@StopsGracefully on \"name\": a String is no container of Testcontainers (a "
                                                + "ContainerState)."),
                        problem -> assertThat(problem).startsWith("@StopsGracefully on \"name\": without @Container"),
                        problem -> assertThat(problem).contains("exitCode names none. Name those that are right"),
                        problem -> assertThat(problem)
                                .startsWith("@StopsGracefully on \"worker\": signal(\"KILL\")")
                                .contains("SIGKILL cannot be caught"),
                        problem -> assertThat(problem)
                                .contains("repeatSignalAfter: Invalid duration \"soon\": write it as \"200ms\""),
                        problem -> assertThat(problem).contains("within = \"0s\": the bound must be longer than zero"));
    }

    @Container
    @StopsGracefully(within = "5s", exitCode = 143, lastLogLine = "bye")
    @Retention(RetentionPolicy.RUNTIME)
    @interface JvmService {}

    static class Right {
        @Container
        @StopsGracefully
        static final GenericContainer<?> shared = StoppingContainer.in("graceful");

        @JvmService
        GenericContainer<?> own = StoppingContainer.in("graceful");
    }

    static class Above {
        @StopsGracefully
        GenericContainer<?> forgotten = StoppingContainer.in("graceful");
    }

    static class Wrong extends Above {
        @StopsGracefully
        String name = "worker";

        @Container
        @StopsGracefully(
                exitCode = {},
                signal = "KILL",
                repeatSignalAfter = "soon",
                within = "0s")
        GenericContainer<?> worker = StoppingContainer.in("graceful");
    }
}
