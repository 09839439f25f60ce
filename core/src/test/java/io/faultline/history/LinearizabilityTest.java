package io.faultline.history;

import static io.faultline.history.Completion.FAILED;
import static io.faultline.history.Completion.OK;
import static io.faultline.history.Completion.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.faultline.verify.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The search against trying out every order, on many small histories; and on large ones that are right by how they are made. */
class LinearizabilityTest {

    private static final int HISTORIES = 3000;

    private enum Of {
        REGISTER,
        COUNTER
    }

    @ParameterizedTest
    @EnumSource
    void findsWhatTryingAllOrdersFinds(Of of) {
        int broken = 0;
        for (int seed = 0; seed < HISTORIES; seed++) {
            RecordedKey key = chance(of, new Random(seed), 2 + seed % 6);
            if (key.answers().isEmpty() || key.changes().isEmpty()) {
                continue; // of a history without writes nobody knows what it is of
            }
            boolean explained = AllOrders.explain(key);
            Finding found = Linearizability.check(key);

            assertThat(found.outcome())
                    .as("seed " + seed + ": " + key)
                    .isEqualTo(explained ? Outcome.HELD : Outcome.BROKEN);
            if (!explained) {
                broken++;
                RecordedKey smallest = new RecordedKey("k", found.operations(), key.initial(), Optional.empty(), false);
                assertThat(AllOrders.explain(smallest))
                        .as("seed " + seed + ": " + smallest)
                        .isFalse();
            }
        }
        assertThat(broken).isBetween(HISTORIES / 10, HISTORIES * 9 / 10);
    }

    private static RecordedKey chance(Of of, Random random, int operations) {
        Recording recording = Recording.of();
        int[] free = new int[4];
        for (int i = 0; i < operations; i++) {
            int process = random.nextInt(free.length);
            int from = free[process] + random.nextInt(4);
            int to = from + random.nextInt(6);
            free[process] = to + 1;
            Completion completion = List.of(OK, OK, OK, OK, UNKNOWN, FAILED).get(random.nextInt(6));
            String number = Integer.toString(1 + random.nextInt(3));
            if (random.nextInt(2) == 0) {
                recording.read(process, random.nextInt(5) == 0 ? List.of() : List.of(number), from, to);
            } else if (of == Of.REGISTER) {
                recording.write(process, number, completion, from, random.nextInt(9) == 0 ? -1 : to);
            } else if (random.nextBoolean()) {
                recording.increment(process, completion, from, to);
            } else {
                recording.incrementAndGet(process, completion, number, from, to);
            }
        }
        return running(recording.key());
    }

    /** Nobody knows how an operation ends that still runs. */
    private static RecordedKey running(RecordedKey key) {
        List<Operation> operations = key.operations().stream()
                .map(operation -> operation.completed().isPresent()
                        ? operation
                        : new Operation(
                                operation.process(),
                                operation.kind(),
                                operation.key(),
                                operation.value(),
                                UNKNOWN,
                                List.of(),
                                "",
                                operation.invoked(),
                                Optional.empty()))
                .toList();
        return new RecordedKey(key.key(), operations, key.initial(), key.truth(), key.truncated());
    }

    @Test
    void findsTheOrderOfManyOperations() {
        Random random = new Random(11);
        List<Operation> operations = new ArrayList<>();
        String value = "";
        Duration[] free = new Duration[6];
        Arrays.fill(free, Duration.ZERO);
        for (int i = 1; i <= 600; i++) { // each takes effect at i ms, and takes up to 6 ms around that
            Duration effect = Duration.ofMillis(i * 10L);
            int process = i % 6;
            Duration invoked = later(free[process], effect.minusMillis(random.nextInt(50)));
            Duration completed = effect.plusMillis(random.nextInt(10));
            free[process] = completed.plusNanos(1);
            boolean isWrite = random.nextInt(3) == 0;
            value = isWrite ? Integer.toString(i) : value;
            operations.add(new Operation(
                    process,
                    isWrite ? Operation.Kind.WRITE : Operation.Kind.READ,
                    "k",
                    isWrite ? value : "",
                    OK,
                    isWrite || value.isEmpty() ? List.of() : List.of(value),
                    "",
                    invoked,
                    Optional.of(completed)));
        }
        RecordedKey right = new RecordedKey("k", operations, List.of(), Optional.empty(), false);

        assertThat(Linearizability.check(right).outcome()).isEqualTo(Outcome.HELD);

        Operation last = operations.get(operations.size() - 1);
        operations.add(new Operation(
                9,
                Operation.Kind.READ,
                "k",
                "",
                OK,
                operations.stream()
                        .filter(operation -> operation.kind() == Operation.Kind.WRITE)
                        .findFirst()
                        .map(write -> List.of(write.value()))
                        .orElseThrow(),
                "",
                last.completed().orElseThrow().plusMillis(100),
                Optional.of(last.completed().orElseThrow().plusMillis(101))));
        RecordedKey wrong = new RecordedKey("k", operations, List.of(), Optional.empty(), false);

        Finding stale = Linearizability.check(wrong);
        assertThat(stale.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(stale.operations().stream().map(Operation::process)).contains(9);
    }

    private static Duration later(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Test
    void showsAsFewOperationsAsThereCanBe() {
        RecordedKey stale = Recording.of()
                .write(1, "a", OK, 0, 1)
                .read(2, List.of("a"), 2, 3)
                .write(1, "b", OK, 4, 5)
                .read(2, List.of("b"), 6, 7)
                .read(3, List.of("a"), 8, 9)
                .write(1, "c", OK, 10, 11)
                .key();

        Finding found = Linearizability.check(stale);

        assertThat(found.outcome()).isEqualTo(Outcome.BROKEN);
        assertThat(found.operations().stream().map(Operation::call))
                .containsExactly("write(\"k\", \"a\")", "write(\"k\", \"b\")", "read(\"k\") = \"a\"");
    }

    @Test
    void takesTheTruthForTheLastRead() {
        Recording lost =
                Recording.of().write(1, "a", OK, 0, 1).write(1, "b", OK, 2, 3).read(1, List.of("b"), 4, 5);

        assertThat(Linearizability.check(lost.truth("b").key()).outcome()).isEqualTo(Outcome.HELD);
        assertThat(Linearizability.check(lost.truth("a").key()).outcome()).isEqualTo(Outcome.BROKEN);
    }

    @Test
    void saysSoWhereItCannotTell() {
        Recording many = Recording.of();
        for (int i = 0; i <= Linearizability.MOST_OPERATIONS; i++) {
            many.write(1, "v" + i, OK, 2 * i, 2 * i + 1);
        }
        many.read(2, List.of("v1"), 1, 5000);

        assertThat(Linearizability.check(many.key()).reason()).contains("more than the 2000");
        assertThat(Linearizability.check(many.key()).outcome()).isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(Linearizability.check(Recording.of().write(1, "a", OK, 0, 1).key())
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
        assertThat(Linearizability.check(Recording.of().add(1, "a", OK, 0, 1).key())
                        .outcome())
                .isEqualTo(Outcome.INCONCLUSIVE);
    }

    @Test
    void givesUpWhenItsTimeIsOver() {
        RecordedKey key = Recording.of()
                .write(1, "a", OK, 0, 1)
                .read(1, List.of("a"), 2, 3)
                .key();

        assertThat(LinearizabilitySearch.search(
                        new SequentialModel.Register(List.of()), key.operations(), System.nanoTime() - 1))
                .isEqualTo(LinearizabilitySearch.Answer.GAVE_UP);
    }

    @Test
    void givesUpWhereTooManyOrdersWouldHaveToBeTried() {
        Recording concurrent = Recording.of();
        for (int i = 0; i < 60; i++) { // each may have been done or not, and none of that explains the read
            concurrent.increment(i, UNKNOWN, 0, 1000);
        }
        concurrent.read(99, List.of("61"), 0, 1000);
        long began = System.nanoTime();

        LinearizabilitySearch.Answer answer = LinearizabilitySearch.search(
                new SequentialModel.Counter(0L),
                concurrent.key().operations(),
                began + Duration.ofSeconds(20).toNanos());

        assertThat(answer).isEqualTo(LinearizabilitySearch.Answer.GAVE_UP);
    }
}
