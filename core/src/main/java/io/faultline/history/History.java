package io.faultline.history;

import io.faultline.journal.Event;
import io.faultline.journal.Journal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.WeakHashMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records what clients do and are answered, from one line around each call, for {@linkplain #check judging} it after healing:
 *
 * <pre>{@code
 * history.add("orders", id, () -> client.rpush("orders", id));       // what it returns and throws is passed on
 * history.check("orders").against(() -> admin.lrange("orders", 0, -1)).holds(NOTHING_LOST, NOTHING_TWICE);
 * }</pre>
 *
 * <p>An exception means that nobody knows whether the operation was carried out, unless nothing can have been sent (a connect
 * that was refused or found no way) or its type is declared by {@link #failsWith}. Values are compared as text. A thread is a
 * process. Thread-safe; each operation is recorded in the journal, too, up to {@value OperationEvents#MOST} of each
 * completion.
 */
public final class History {

    /** How many operations are kept. With more, no check holds. */
    public static final int MOST_OPERATIONS = 20_000;

    private final Journal journal;
    private final OperationEvents events;
    private final List<RunningOperation> operations = new ArrayList<>();
    private final Map<Thread, Integer> processes = new WeakHashMap<>();
    private final Map<String, List<String>> initial = new LinkedHashMap<>();
    private final List<HistoryCheck> checks = new ArrayList<>();
    private final List<Class<? extends Throwable>> failing = new ArrayList<>();
    private Function<Throwable, Completion> classification = FailureClassification::of;
    private int lastProcess; // not the size of the map, which forgets threads that have ended
    private int lastNumber;
    private boolean truncated;

    /** @param journal tells when faults were in force */
    public History(Journal journal) {
        this.journal = journal;
        this.events = new OperationEvents(journal);
    }

    /**
     * Records that a key is given a value. Give every write another value: else some claims cannot be judged.
     *
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Exception> T write(String key, Object value, Call<T, X> call)
            throws X {
        return take(Operation.Kind.WRITE, key, Texts.of(value), call);
    }

    /**
     * The same for a call that answers nothing.
     *
     * @throws X what the call throws
     */
    public <X extends Exception> void write(String key, Object value, Call.WithoutAnswer<X> call) throws X {
        take(Operation.Kind.WRITE, key, Texts.of(value), answering(call));
    }

    /**
     * Records that a key's value, a counter, or a collection's elements are read. Null or an empty Optional is "nothing there".
     *
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Exception> T read(String key, Call<T, X> call) throws X {
        return take(Operation.Kind.READ, key, "", call);
    }

    /**
     * Records that an element is added to a collection. Add every element once.
     *
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Exception> T add(String key, Object element, Call<T, X> call)
            throws X {
        return take(Operation.Kind.ADD, key, Texts.of(element), call);
    }

    /**
     * The same for a call that answers nothing.
     *
     * @throws X what the call throws
     */
    public <X extends Exception> void add(String key, Object element, Call.WithoutAnswer<X> call) throws X {
        take(Operation.Kind.ADD, key, Texts.of(element), answering(call));
    }

    /**
     * Records that a counter is counted up. What the call returns is not looked at: it may be a number of rows.
     *
     * @param amount at least 1
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Exception> T increment(String key, long amount, Call<T, X> call)
            throws X {
        return take(Operation.Kind.INCREMENT, key, amount(amount), call);
    }

    /**
     * The same for a call that answers nothing.
     *
     * @throws X what the call throws
     */
    public <X extends Exception> void increment(String key, long amount, Call.WithoutAnswer<X> call) throws X {
        take(Operation.Kind.INCREMENT, key, amount(amount), answering(call));
    }

    /**
     * Records that a counter is counted up by a call that returns what it has come to, as Redis' INCR does.
     *
     * @param amount at least 1
     * @throws X what the call throws
     */
    public <T extends @Nullable Object, X extends Exception> T incrementAndGet(String key, long amount, Call<T, X> call)
            throws X {
        return take(Operation.Kind.INCREMENT_AND_GET, key, amount(amount), call);
    }

    private static String amount(long amount) {
        if (amount < 1) {
            throw new IllegalArgumentException("Cannot count up by " + amount + ": the amount has to be at least 1.");
        }
        return Long.toString(amount);
    }

    /**
     * Declares that an exception of this type, thrown by the client itself, promises that nothing was done: as a server's answer
     * that it refuses the command. One that is wrapped in another, except by a future, is not meant.
     */
    public synchronized History failsWith(Class<? extends Throwable> type) {
        failing.add(type);
        return this;
    }

    /**
     * Replaces what is taken from exceptions, as for a client that repeats its commands: its last attempt can have been refused
     * after an earlier one was sent. Types of {@link #failsWith} still go before.
     */
    public synchronized History classifiedBy(Function<Throwable, Completion> classification) {
        this.classification = classification;
        return this;
    }

    /** Declares a key's value, count or elements before the first operation; by default nothing and 0. */
    public synchronized History initially(String key, Object value) {
        initial.put(key, Texts.all(value));
        return this;
    }

    /** Begins a check of all that was recorded for a key, for when all faults are healed. */
    public synchronized HistoryCheck check(String key) {
        HistoryCheck check = new HistoryCheck(this, journal, key);
        checks.add(check);
        return check;
    }

    /** All operations so far, in the order in which they were invoked; one that still runs is unknown. */
    public synchronized List<Operation> operations() {
        return operations.stream().map(RunningOperation::now).toList();
    }

    /** The keys that there are operations for. */
    public Set<String> keys() {
        Set<String> keys = new TreeSet<>();
        operations().forEach(operation -> keys.add(operation.key()));
        return keys;
    }

    /** What is wrong with a check that was begun and has not judged anything; of the same is not told again. Empty if all have. */
    public synchronized Optional<String> unfinished() {
        Optional<String> unfinished = checks.stream()
                .filter(check -> !check.hasJudged())
                .map(check -> "history.check(\"" + check.key() + "\") has no claim, so it checked nothing. End it with "
                        + "holds(…), or remove it.")
                .findFirst();
        checks.clear();
        return unfinished;
    }

    /** What checkers judge. */
    synchronized RecordedKey recorded(String key, Optional<Truth> truth) {
        List<Operation> ofKey = operations.stream()
                .filter(operation -> operation.key().equals(key))
                .map(RunningOperation::now)
                .toList();
        return new RecordedKey(key, ofKey, initial.getOrDefault(key, List.of()), truth, truncated);
    }

    /** Puts those into the journal that have not ended, as far as they are not there already. */
    synchronized void recordRunning(String key) {
        operations.stream()
                .filter(operation -> operation.key().equals(key) && operation.isRunning())
                .forEach(events::recordRunning);
    }

    private static <X extends Exception> Call<String, X> answering(Call.WithoutAnswer<X> call) {
        return () -> {
            call.call();
            return "";
        };
    }

    private <T extends @Nullable Object, X extends Exception> T take(
            Operation.Kind kind, String key, String value, Call<T, X> call) throws X {
        RunningOperation running = begin(kind, key, value);
        T answer;
        try {
            answer = call.call();
        } catch (Throwable thrown) { // passed on as it is: whatever it is, the operation has ended with it
            end(running, completion(thrown), List.of(), OperationEvents.shortly(thrown));
            throw thrown;
        }
        end(running, Completion.OK, kind.answers() ? Texts.all(answer) : List.of(), "");
        return answer;
    }

    private synchronized Completion completion(Throwable thrown) {
        Throwable clients = FailureClassification.unwrapped(thrown);
        boolean isDeclared =
                Stream.of(thrown, clients).anyMatch(one -> failing.stream().anyMatch(type -> type.isInstance(one)));
        return isDeclared ? Completion.FAILED : classification.apply(thrown);
    }

    private synchronized RunningOperation begin(Operation.Kind kind, String key, String value) {
        int process = processes.computeIfAbsent(Thread.currentThread(), any -> ++lastProcess);
        RunningOperation running = new RunningOperation(journal, ++lastNumber, process, kind, key, value);
        if (operations.size() < MOST_OPERATIONS) {
            operations.add(running);
        } else if (!truncated) {
            truncated = true;
            journal.record(
                    Event.Kind.NOTE,
                    "the history has " + MOST_OPERATIONS + " operations: no more are recorded",
                    Map.of());
        }
        return running;
    }

    private void end(RunningOperation running, Completion completion, List<String> answer, String failure) {
        running.end(completion, answer, failure);
        events.record(running);
    }
}
