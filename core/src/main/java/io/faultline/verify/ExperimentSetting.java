package io.faultline.verify;

import io.faultline.inject.Injector;
import io.faultline.journal.Journal;
import io.faultline.observe.Client;
import io.faultline.topology.Target;
import io.faultline.topology.Topology;
import java.util.Optional;
import java.util.function.Function;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * What experiments of one test share.
 *
 * @param thisJvm the client that verdicts are about unless another is named
 * @param containers finds a container that is the client
 */
@API(status = Status.INTERNAL)
public record ExperimentSetting(
        Injector injector,
        Journal journal,
        Client thisJvm,
        Function<Target, Client> containers,
        Relocation relocation) {

    /** Tells whether targets are published elsewhere than they were. */
    @FunctionalInterface
    public interface Relocation {

        /** What has changed since they were looked at, in words; empty if nothing has, or it cannot be found out. */
        Optional<String> since(Topology before);
    }
}
