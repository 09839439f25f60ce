package io.faultline.scenario;

/** A named sequence: a steady state, a fault, what is expected under it, and what after it was healed. */
public interface Scenario {

    /** What it is called on the command line and in reports: lower case, with hyphens. */
    String name();

    /** What happens in it, in a few words. */
    String title();

    /** Why anyone should care, in one or two sentences. */
    String why();

    /** Of these settings those that make a difference to it; unless it says otherwise, it is played on a reference system. */
    default Settings heeds(Settings given) {
        return new Settings(given.client(), given.system(), false);
    }

    /**
     * Plays it once, on the caller's thread, and takes everything away that it started. Returns if all expectations
     * held.
     *
     * @throws io.faultline.verify.BrokenError if one did not
     * @throws io.faultline.verify.InconclusiveError if nothing was learned
     * @throws NotSteadyException if the system was not well before the fault
     * @throws io.faultline.docker.EngineException if the reference system cannot be started
     * @throws io.faultline.fault.ImpossibleFaultException if this machine cannot carry the fault
     * @throws InterruptedException if the thread is interrupted before the fault
     */
    void play(Stage stage) throws InterruptedException;
}
