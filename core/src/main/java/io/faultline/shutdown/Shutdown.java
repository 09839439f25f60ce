package io.faultline.shutdown;

import io.faultline.observe.ExitStatus;
import io.faultline.observe.ShutdownStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a container took the signal to stop.
 *
 * @param took from the signal to the end of its first process; empty if it did not end in time
 * @param exitStatus what the engine says of it; empty if it did not end in time
 * @param stoppedListening from the signal until no socket of its namespace listened; empty if none did, or one still does
 * @param resets connections that its own side ended by RST since the signal, after it had accepted them
 * @param unaccepted connections that were reset because they still waited in the accept queue of a listening socket when that was
 *     closed
 * @param established connections that were open when it was last looked, at most 10 ms before its end
 * @param behind the names of processes that were still running when the first one ended, or had been killed before, of those
 *     that were seen at most 0.1 s earlier; empty if this kernel does not tell (it does from 6.15 on)
 * @param work what became of what was to be finished
 */
public record Shutdown(
        Optional<Duration> took,
        Optional<ExitStatus> exitStatus,
        Optional<Duration> stoppedListening,
        long resets,
        long unaccepted,
        int established,
        Optional<List<String>> behind,
        List<Tally> work) {

    public Shutdown {
        behind = behind.map(List::copyOf);
        work = List.copyOf(work);
    }

    static Shutdown of(ShutdownStatus seen, Optional<ExitStatus> exitStatus, List<Tally> work) {
        return new Shutdown(
                seen.ended(),
                exitStatus,
                seen.stoppedListening(),
                seen.resets(),
                seen.unaccepted(),
                seen.established(),
                seen.behind(),
                work);
    }
}
