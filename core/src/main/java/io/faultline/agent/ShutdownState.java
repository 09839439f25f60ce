package io.faultline.agent;

import com.google.gson.annotations.SerializedName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A first process that was told to stop.
 *
 * @param beganMillis when it was started, by the Docker host's time of day; up to 10 ms before it was
 * @param endedNanos 0 while it lives
 * @param deafNanos when it had no listening socket any more; 0 if it had none, or still has one
 * @param listened how many sockets listened at the signal
 * @param established how many connections there were when it was last looked
 * @param resets connections that the target's own side has reset since; if shared, those of all in its network namespace, as the next
 * @param unaccepted those that were reset because nobody had accepted them when their listening socket was closed
 * @param handles whether it caught the signal, or blocked it, when it was sent
 * @param pending whether the signal had not been taken yet when it was last looked
 * @param status how the kernel says that it ended, as wait(2) does; absent while it lives, or if not known
 * @param shared whether others are in its network namespace; the other numbers are of its own sockets then
 * @param before the first process at the signal
 * @param now all that are left of the container
 * @param behind the names of those that had not ended by themselves when the first one ended; absent if not known
 * @param felled the names of the first one's children that the signal has ended, for they did not handle it
 */
public record ShutdownState(
        @SerializedName("began_ms") long beganMillis,
        @SerializedName("signalled_ns") long signalledNanos,
        @SerializedName("ended_ns") long endedNanos,
        @SerializedName("deaf_ns") long deafNanos,
        int listened,
        int established,
        long resets,
        long unaccepted,
        boolean shared,
        boolean handles,
        boolean pending,
        @Nullable Integer status,
        SignalDisposition before,
        List<SignalDisposition> now,
        @Nullable List<String> behind,
        List<String> felled) {

    public ShutdownState {
        now = List.copyOf(now);
        felled = List.copyOf(felled);
    }
}
