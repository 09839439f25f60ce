package io.faultline.scenario.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What Compose files mean where Compose itself cannot be asked. */
class ComposeFileTest {

    private static final String DB = """
            services:
              db:
                image: postgres
            """;

    @Test
    void followsMergeKeys() {
        List<ComposeService> services = ComposeFile.services(List.of("""
                x-service: &service
                  image: shop
                  ports: ["127.0.0.1::9090"]
                  depends_on: [db]
                  healthcheck:
                    test: ["CMD", "curl", "http://localhost:9090/work"]
                services:
                  helper:
                    image: shop
                  api:
                    <<: *service
                    environment: {EXTRA: "1"}
                """, DB));

        assertThat(ComposeService.client(services))
                .contains(new ComposeService("api", "shop", List.of(9090), List.of("db"), Optional.of("/work")));
    }

    @Test
    void takesNoNoticeOfTheTagsOfCompose() {
        List<ComposeService> services = ComposeFile.services(List.of(DB, """
                services:
                  web:
                    image: shop
                    ports: !override
                      - "8080"
                    env_file: !reset null
                    depends_on: !override [db]
                  db:
                    ports: !reset []
                    environment: !override {A: b}
                """));

        assertThat(services)
                .containsExactly(
                        new ComposeService("db", "postgres", List.of(), List.of(), Optional.empty()),
                        new ComposeService("web", "shop", List.of(8080), List.of("db"), Optional.empty()));
    }

    @Test
    void mergesEachFileIntoThoseBefore() {
        List<ComposeService> services = ComposeFile.services(List.of("""
                services:
                  web: {image: old, ports: ["8080"], depends_on: [db]}
                """, DB, """
                services:
                  web: {image: new, ports: ["9090"]}
                volumes:
                """));

        assertThat(services)
                .contains(new ComposeService("web", "new", List.of(8080, 9090), List.of("db"), Optional.empty()));
    }

    @Test
    void saysWhoReadsWhatIsIncluded() {
        assertThatThrownBy(() -> ComposeFile.services(List.of("include: [web.yaml, db.yaml]")))
                .hasMessageContainingAll("names no services itself", "docker-compose-plugin");
        assertThatThrownBy(() -> ComposeFile.services(List.of("include: []", "services: !other [x]")))
                .hasMessageContaining("is not valid YAML");
    }
}
