package io.faultline.scenario.probe;

import io.faultline.observe.Observation;
import io.faultline.scenario.JvmClient;
import io.faultline.scenario.RunningSystem;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Whether a client in this JVM is well, does its work, or reports in time that it cannot. */
public enum JvmClientProbe implements Probe {
    /** A unit of work is done. */
    WORKS,
    /** A unit of work fails, and does so in the look's time: its caller gets the error. */
    FAILS,
    /** A unit of work is done, or fails, in the look's time. */
    ANSWERS,
    /** It takes its connections for sound. */
    IS_HEALTHY;

    @Override
    public String role() {
        return "client";
    }

    @Override
    public Observation look(RunningSystem system, Duration within) throws InterruptedException {
        JvmClient client = system.clientInThisJvm()
                .orElseThrow(
                        () -> new ProbeException("The scenario asks a client in this JVM, and there is none. Let a "
                                + "test class implement ResilienceContract, or use an http probe."));
        return ProbeExecution.within(within, look -> this == IS_HEALTHY ? healthy(client) : work(client, look));
    }

    private static ProbeResult healthy(JvmClient client) {
        return client.isHealthy() ? ProbeResult.ok("healthy") : ProbeResult.notOk("not healthy");
    }

    private ProbeResult work(JvmClient client, ProbeExecution look) throws Exception {
        Future<Void> unit = client.work();
        look.closing(() -> unit.cancel(false)); // one that has begun goes on
        try {
            unit.get();
            return new ProbeResult(this != FAILS, "done", "");
        } catch (ExecutionException e) {
            Throwable failure = e.getCause() == null ? e : e.getCause();
            return new ProbeResult(
                    this != WORKS,
                    "failed",
                    failure.getClass().getSimpleName() + ": " + Text.excerpt(String.valueOf(failure.getMessage())));
        }
    }
}
