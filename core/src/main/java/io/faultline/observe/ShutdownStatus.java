package io.faultline.observe;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A container that was told to stop, at one moment.
 *
 * @param ended from the signal to the end of its first process; empty while it lives
 * @param stoppedListening from the signal until no socket of it listened; empty if none did, or one still does
 * @param established how many connections there were when it was last looked
 * @param resets connections that its own side has ended by RST since the signal
 * @param unaccepted connections that were reset because they waited to be accepted when their listening socket was closed
 * @param exitCode how its first process ended, as the kernel says: 128 and the signal's number if it was killed; empty while it
 *     lives, or if this kernel does not tell
 * @param handled whether its first process caught or blocked the signal when it came
 * @param pending whether the signal, blocked, had not been taken yet when it was last looked
 * @param first its first process, at the signal
 * @param left the processes that are left of it
 * @param behind the names of processes that had not ended by themselves when the first one ended; empty if it is not known
 * @param felled the names of its first process's children that the signal has ended because they did not handle it
 * @param shared whether others are in its network namespace, whose resets are counted in
 */
@API(status = Status.INTERNAL)
public record ShutdownStatus(
        Optional<Duration> ended,
        Optional<Duration> stoppedListening,
        int established,
        long resets,
        long unaccepted,
        Optional<Integer> exitCode,
        boolean handled,
        boolean pending,
        SignalDisposition first,
        List<SignalDisposition> left,
        Optional<List<String>> behind,
        List<String> felled,
        boolean shared) {

    public ShutdownStatus {
        left = List.copyOf(left);
        behind = behind.map(List::copyOf);
        felled = List.copyOf(felled);
    }

    /** With a network namespace of its own. */
    public ShutdownStatus(
            Optional<Duration> ended,
            Optional<Duration> stoppedListening,
            int established,
            long resets,
            long unaccepted,
            Optional<Integer> exitCode,
            boolean handled,
            boolean pending,
            SignalDisposition first,
            List<SignalDisposition> left,
            Optional<List<String>> behind,
            List<String> felled) {
        this(
                ended,
                stoppedListening,
                established,
                resets,
                unaccepted,
                exitCode,
                handled,
                pending,
                first,
                left,
                behind,
                felled,
                false);
    }

    /**
     * A process, and what it does with the signal.
     *
     * @param waitsIn the function of the kernel that its first thread waits in, or any that writes to a full pipe; empty if it runs, or nobody may know
     */
    public record SignalDisposition(
            int pid, String name, String command, boolean catches, boolean ignores, boolean blocks, String waitsIn) {}
}
