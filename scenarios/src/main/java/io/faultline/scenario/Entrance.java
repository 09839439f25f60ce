package io.faultline.scenario;

import java.time.Duration;

/** How a reference system is given work, and how it tells that it cannot do any. For one thread. */
interface Entrance {

    /** A unit of work that takes this long, and was not asked for yet. */
    Work work(Duration takes);

    /** Whether it has told, since this entrance was made, that its Redis does not answer. May ask for work to find out. */
    boolean hasToldOfSilence();
}
