package io.faultline.bench;

import io.faultline.Faultline;
import io.faultline.fault.Fault;
import io.faultline.inject.Injection;

/** Through the front door, from the call until it is in force, and from the call until it is gone. */
final class OneInjection implements Contender.Way {

    private final Faultline faultline;
    private final Fault fault;
    private Injection open;

    OneInjection(Faultline faultline, Fault fault) {
        this.faultline = faultline;
        this.fault = fault;
    }

    @Override
    public void inject() {
        open = faultline.inject(fault);
    }

    @Override
    public void heal() {
        open.allowNoEffect().heal(); // nobody was to use the target
    }
}
