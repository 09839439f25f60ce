package io.faultline.history;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for an order of operations, each between its call and its answer, that explains all answers: the search of Wing and Gong,
 * "Testing and Verifying Concurrent Objects" (JPDC 1993), with the memory of configurations of Lowe, "Testing for
 * Linearizability" (CCPE 2017), over a linked list of calls and returns, as Knossos and Porcupine have it. An operation whose
 * outcome is unknown has no return: it takes effect at any time after its call, or never. For one thread.
 *
 * @param <S> the state of the object
 */
final class LinearizabilitySearch<S> {

    /** What came out. */
    enum Answer {
        YES,
        NO,
        /** It would take too long, or too much memory. */
        GAVE_UP
    }

    /** A call, or a return, in the order of time. */
    private static final class Entry {
        private final int number;
        private final Optional<Entry> itsReturn;
        private Entry previous = this;
        private Entry next = this;

        private Entry(int number, Optional<Entry> itsReturn) {
            this.number = number;
            this.itsReturn = itsReturn;
        }
    }

    /** A call or a return, before they are linked. */
    private record Moment(Duration at, boolean isReturn, Entry entry) {}

    /** Which operations have taken effect, and what came of them: from here the rest goes on in the same way. */
    private record Configuration(BitSet done, Object state) {}

    /** What was taken, and the state before it. */
    private record Taken<S>(Entry call, S before) {}

    private static final long MOST_WORDS = 8_000_000;
    private static final int LOOK_AT_CLOCK = 0xfff;

    private final SequentialModel<S> model;
    private final List<Operation> operations;
    private final boolean[] mustHappen;
    private final long limitNanos;
    private final Entry head = new Entry(-1, Optional.empty()); // of a ring: an entry after the last is the head again
    private final Set<Configuration> seen = new HashSet<>();
    private final BitSet done = new BitSet();
    private int left;

    private LinearizabilitySearch(SequentialModel<S> model, List<Operation> operations, long limitNanos) {
        this.model = model;
        this.operations = operations;
        this.limitNanos = limitNanos;
        this.mustHappen = new boolean[operations.size()];
        link();
    }

    /**
     * Searches.
     *
     * @param operations acknowledged ones, and changes that are unknown
     * @param limitNanos a moment of {@link System#nanoTime()} at which it gives up
     */
    static <S> Answer search(SequentialModel<S> model, List<Operation> operations, long limitNanos) {
        return new LinearizabilitySearch<>(model, operations, limitNanos).search();
    }

    private void link() {
        List<Moment> moments = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            Optional<Entry> end = Optional.empty();
            if (operation.is(Completion.OK)) {
                end = Optional.of(new Entry(i, Optional.empty()));
                moments.add(new Moment(operation.completed().orElseThrow(), true, end.get()));
                mustHappen[i] = true;
                left++;
            }
            moments.add(new Moment(operation.invoked(), false, new Entry(i, end)));
        }
        // Calls before returns of the same moment: whether one was over before the other began is not known then.
        moments.sort(Comparator.comparing(Moment::at).thenComparing(Moment::isReturn));
        Entry last = head;
        for (Moment moment : moments) {
            insert(moment.entry(), last, head);
            last = moment.entry();
        }
    }

    private Answer search() {
        Deque<Taken<S>> taken = new ArrayDeque<>();
        S state = model.initial();
        Entry entry = head.next;
        for (int steps = 0; left > 0; steps++) {
            boolean isExhausted = (long) seen.size() * (operations.size() / Long.SIZE + 8) > MOST_WORDS
                    || ((steps & LOOK_AT_CLOCK) == 0 && System.nanoTime() - limitNanos > 0);
            if (isExhausted) {
                return Answer.GAVE_UP;
            }
            if (isCall(entry)) {
                Optional<S> next = model.after(state, operations.get(entry.number));
                if (next.isPresent() && isNew(entry.number, next.get())) {
                    taken.push(new Taken<>(entry, state));
                    state = next.get();
                    take(entry);
                    entry = head.next;
                } else {
                    entry = entry.next;
                }
            } else if (taken.isEmpty()) {
                return Answer.NO;
            } else {
                Taken<S> back = taken.pop();
                state = back.before();
                giveBack(back.call());
                entry = back.call().next;
            }
        }
        return Answer.YES;
    }

    /** Not so a return, which what is left must not pass, nor the end. */
    private boolean isCall(Entry entry) {
        return entry != head && (entry.itsReturn.isPresent() || !mustHappen[entry.number]);
    }

    private boolean isNew(int number, S state) {
        BitSet with = (BitSet) done.clone();
        with.set(number);
        return seen.add(new Configuration(with, state));
    }

    private void take(Entry call) {
        done.set(call.number);
        remove(call);
        call.itsReturn.ifPresent(LinearizabilitySearch::remove);
        left -= mustHappen[call.number] ? 1 : 0;
    }

    private void giveBack(Entry call) {
        done.clear(call.number);
        call.itsReturn.ifPresent(end -> insert(end, end.previous, end.next));
        insert(call, call.previous, call.next);
        left += mustHappen[call.number] ? 1 : 0;
    }

    private static void insert(Entry entry, Entry previous, Entry next) {
        entry.previous = previous;
        entry.next = next;
        previous.next = entry;
        next.previous = entry;
    }

    /** What is removed keeps its neighbours, to come back between them. */
    private static void remove(Entry entry) {
        entry.previous.next = entry.next;
        entry.next.previous = entry.previous;
    }
}
