package io.faultline.scenario.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ComposeModelTest {

    private static final ComposeModel MODEL = ComposeModel.parsed("""
            {"name": "p",
             "services": {"web": {"image": "a"}, "redis": {"build": {}}, "kept": {"image": "b", "build": {}}},
             "networks": {"default": {"name": "p_default"}, "shared": {"name": "shared"},
                          "theirs": {"name": "p_theirs", "external": true}},
             "volumes": {"data": {"name": "p_data"}, "archive": {"name": "archive"}}}
            """);

    @Test
    void knowsItsServices() {
        assertThat(MODEL.services()).containsExactly("web", "redis", "kept");
        assertThat(ComposeModel.parsed("{}").services()).isEmpty();
    }

    @Test
    void labelsOnlyWhatIsMadeForTheProject() {
        assertThat(MODEL.labelling("p", Map.of("run", "1")))
                .isEqualTo("{\"services\":{\"web\":{\"labels\":{\"run\":\"1\"}},\"redis\":{\"labels\":{\"run\":\"1\"},"
                        + "\"build\":{\"labels\":{\"run\":\"1\"}}},\"kept\":{\"labels\":{\"run\":\"1\"}}},"
                        + "\"networks\":{\"default\":{\"labels\":{\"run\":\"1\"}}},"
                        + "\"volumes\":{\"data\":{\"labels\":{\"run\":\"1\"}}}}");
    }
}
