package io.faultline.scenario.reference;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Who plays a role in a reference system.
 *
 * @param role what others on the system's network know it by
 * @param naive the defects that the program has, by spaces; empty for one that does all as it should
 * @param environment what else it is told
 * @param proxied whether clients reach it through a proxy, into which stream faults can be injected
 */
public record SystemMember(
        String role, Program program, String naive, Map<String, String> environment, boolean proxied) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final Pattern SPACES = Pattern.compile("\\s+");

    /** @throws IllegalArgumentException if the role is no name, or the program has no such defect */
    public SystemMember {
        if (!NAME.matcher(role).matches()) {
            throw new IllegalArgumentException("\"" + role + "\" cannot be a role: it is the name of a host, of lower "
                    + "case letters, digits and hyphens, at most 40 of them.");
        }
        List<String> unknown = Arrays.stream(SPACES.split(naive.strip(), 0))
                .filter(word -> !word.isEmpty() && !program.defects().contains(word))
                .toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("The program \"" + program + "\" in the role \"" + role
                    + "\" knows no defect " + unknown + " (it knows: " + program.defects() + ").");
        }
        if (proxied && !program.isServer()) {
            throw new IllegalArgumentException("The program \"" + program + "\" in the role \"" + role
                    + "\" is a client, which nobody reaches through a proxy. Let the server that it depends on be so.");
        }
        environment = Map.copyOf(environment);
    }
}
