package io.faultline.scenario.model;

import java.util.List;
import java.util.Map;

/**
 * Which program plays a role on a reference system.
 *
 * @param programs any of these, and the first unless one is asked for
 * @param naive what the naive one leaves at its default; empty where there is nothing to it, as in servers
 * @param environment more variables that it starts with
 * @param proxied whether the others reach it through a proxy, as faults on streams need
 */
public record RoleBinding(
        String role, List<String> programs, String naive, Map<String, String> environment, boolean proxied) {

    public RoleBinding {
        programs = List.copyOf(programs);
        environment = Map.copyOf(environment);
    }
}
