package io.faultline.verify;

import io.faultline.observe.Detector;
import io.faultline.observe.Observation;
import io.faultline.observe.Observer;
import io.faultline.observe.Poll;
import java.time.Duration;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What is expected, and how it is looked at.
 *
 * @param what in words, for reports
 * @param detector the client's own word, which is more exact than looks
 * @param period from the beginning of a look to that of the next
 * @param isOfClient whether it is the client that it is about, so that the fault has to be the client's
 */
@API(status = Status.INTERNAL)
public record Subject(
        String what, Observer observer, Optional<Detector> detector, Duration period, boolean isOfClient) {

    /** Of the client, looked at as often as is useful. */
    static Subject of(String what, Observer observer) {
        return new Subject(what, observer, Optional.empty(), Poll.PERIOD, true);
    }

    static Subject of(String what, Detector detector) {
        return new Subject(what, detector.asCondition().asObserver(), Optional.of(detector), Poll.PERIOD, true);
    }

    /** The opposite: it comes true when this ends. */
    Subject negated() {
        return new Subject(
                what,
                new Observer() {
                    @Override
                    public Observation observe() throws InterruptedException {
                        return observer.observe().negated();
                    }

                    @Override
                    public void left(Observation last) {
                        observer.left(last.negated());
                    }
                },
                Optional.empty(),
                period,
                isOfClient);
    }
}
