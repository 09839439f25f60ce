package io.faultline.scenario.system;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Binds the roles of scenarios to the services of a Compose project: to the one that was chosen, else to the one of the same
 * name.
 *
 * @param chosen services by role
 * @param services that there are
 * @param where they are: {@code compose.yaml}
 */
record Binding(Map<String, String> chosen, List<String> services, String where) {

    /**
     * The service for each role.
     *
     * @throws BindingException if a role is bound to none, or a choice fits nothing
     */
    Map<String, String> of(List<Role> roles) {
        List<String> problems = new ArrayList<>(misfits(roles));
        Map<String, String> bound = new LinkedHashMap<>();
        for (Role role : roles) {
            String service = chosen.getOrDefault(role.name(), role.name());
            if (services.contains(service)) {
                bound.put(role.name(), service);
            } else if (!chosen.containsKey(role.name())) {
                problems.add("The role \"" + role.name() + "\" (" + role.what() + ") is not bound: no service of "
                        + where + " has that name. Write --role " + role.name() + "=SERVICE.");
            }
        }
        problems.addAll(shared(bound));
        if (!problems.isEmpty()) {
            throw new BindingException(
                    problems,
                    List.of(
                            "Services of " + where + ": " + listed(services) + ".",
                            "Bound: "
                                    + listed(bound.entrySet().stream()
                                            .map(Object::toString)
                                            .toList()) + "."));
        }
        return bound;
    }

    private List<String> misfits(List<Role> roles) {
        List<String> names = roles.stream().map(Role::name).toList();
        List<String> problems = new ArrayList<>();
        chosen.forEach((role, service) -> {
            String choice = "--role " + role + "=" + service;
            if (!names.contains(role)) {
                problems.add(choice + ": there is no role \"" + role + "\" (roles: " + listed(names) + ").");
            }
            if (!services.contains(service)) {
                problems.add(choice + ": there is no service \"" + service + "\".");
            }
        });
        return problems;
    }

    // One container in two roles would have to be cut off from itself.
    private static List<String> shared(Map<String, String> bound) {
        return bound.entrySet().stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getValue,
                        LinkedHashMap::new,
                        Collectors.mapping(Map.Entry::getKey, Collectors.toList())))
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(entry -> "The roles " + listed(entry.getValue()) + " are all bound to \"" + entry.getKey()
                        + "\". Bind each to a service of its own.")
                .toList();
    }

    static String listed(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }
}
