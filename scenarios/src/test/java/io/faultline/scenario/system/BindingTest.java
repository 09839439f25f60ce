package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BindingTest {

    private static final List<Role> ROLES = List.of(
            new Role("client", "a service that works through the dependency"), new Role("dependency", "a store"));

    private static Binding binding(Map<String, String> chosen, String... services) {
        return new Binding(chosen, List.of(services), "compose.yaml");
    }

    @Test
    void bindsARoleToTheServiceOfItsName() {
        assertThat(binding(Map.of(), "dependency", "client", "other").of(ROLES))
                .containsExactly(Map.entry("client", "client"), Map.entry("dependency", "dependency"));
    }

    @Test
    void bindsARoleToTheChosenService() {
        assertThat(binding(Map.of("client", "web"), "web", "dependency", "client")
                        .of(ROLES))
                .containsEntry("client", "web");
    }

    @Test
    void tellsAllProblemsAtOnceAndWhatToWrite() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> binding(Map.of("dependency", "reddis", "clinet", "web"), "web", "redis")
                        .of(ROLES))
                .withMessageContainingAll(
                        "The role \"client\" (a service that works through the dependency) is not bound",
                        "--role client=SERVICE",
                        "--role dependency=reddis: there is no service \"reddis\"",
                        "--role clinet=web: there is no role \"clinet\" (roles: client, dependency)",
                        "Services of compose.yaml: web, redis.",
                        "Bound: none.");
    }

    @Test
    void refusesOneServiceInTwoRoles() {
        assertThatExceptionOfType(BindingException.class)
                .isThrownBy(() -> binding(Map.of("client", "web", "dependency", "web"), "web")
                        .of(ROLES))
                .withMessageContaining("The roles client, dependency are all bound to \"web\"");
    }
}
