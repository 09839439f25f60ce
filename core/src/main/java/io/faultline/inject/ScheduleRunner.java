package io.faultline.inject;

import io.faultline.fault.Schedule.Step;
import java.util.List;

/** Does what a fault's schedule says, on a daemon thread of its own, until that is done or the injection is healed. */
final class ScheduleRunner implements Runnable {

    private final Injection injection;
    private final List<Step> steps;
    private final long beganNanos = System.nanoTime();

    private ScheduleRunner(Injection injection, List<Step> steps) {
        this.injection = injection;
        this.steps = steps;
    }

    static void keep(Injection injection, List<Step> steps) {
        if (!steps.isEmpty()) {
            Thread thread = new Thread(new ScheduleRunner(injection, steps), "faultline-schedule");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void run() {
        for (Step step : steps) {
            if (injection.isHealedBy(beganNanos + step.at().toNanos())) {
                return;
            }
            try {
                injection.perform(step);
            } catch (RuntimeException | Error e) {
                injection.brokeSchedule(step, e);
                return;
            }
        }
    }
}
