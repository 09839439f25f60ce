package io.faultline.verify;

import io.faultline.topology.Topology;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** Tells whether targets are published elsewhere than they were. */
@FunctionalInterface
@API(status = Status.INTERNAL)
public interface Relocation {

    /** What has changed since they were looked at, in words; empty if nothing has, or it cannot be found out. */
    Optional<String> since(Topology before);
}
