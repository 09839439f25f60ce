package io.faultline.junit;

import java.util.Optional;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Whether a test that this machine cannot run fails instead of being skipped: if {@code faultline.strict} says so, and where
 * it says nothing on CI, which is where the environment variable {@code CI} is set.
 */
@API(status = Status.INTERNAL)
public final class StrictMode {

    /** The configuration parameter and system property. */
    public static final String PARAMETER = "faultline.strict";

    private StrictMode() {}

    /**
     * Whether it is on.
     *
     * @param parameters JUnit's, which looks into the system properties itself where there is no such one
     */
    public static boolean isOn(Function<String, Optional<String>> parameters) {
        String ci = Optional.ofNullable(System.getenv("CI")).orElse("");
        boolean onCi = !ci.isEmpty() && !ci.equalsIgnoreCase("false");
        return parameters.apply(PARAMETER).map(Boolean::parseBoolean).orElse(onCi);
    }
}
