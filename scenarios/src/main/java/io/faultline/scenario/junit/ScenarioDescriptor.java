package io.faultline.scenario.junit;

import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.yaml.BadScenarioException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.AbstractTestDescriptor;

/** One scenario as a test; or a text that is none, and a test that fails for it. */
final class ScenarioDescriptor extends AbstractTestDescriptor {

    private final Optional<Scenario> scenario;
    private final @Nullable RuntimeException mistakes;

    private ScenarioDescriptor(
            UniqueId id,
            String displayName,
            @Nullable TestSource source,
            Optional<Scenario> scenario,
            @Nullable RuntimeException mistakes) {
        super(id, displayName, source);
        this.scenario = scenario;
        this.mistakes = mistakes;
    }

    static ScenarioDescriptor of(UniqueId id, TestSource source, Scenario scenario) {
        return new ScenarioDescriptor(id, scenario.about().title(), source, Optional.of(scenario), null);
    }

    static ScenarioDescriptor bad(UniqueId id, String name, TestSource source, BadScenarioException mistakes) {
        return new ScenarioDescriptor(id, name, source, Optional.empty(), mistakes);
    }

    /** Somebody has named it, but it cannot be read. */
    static ScenarioDescriptor unreadable(UniqueId id, String name, IllegalArgumentException why) {
        return new ScenarioDescriptor(id, name, null, Optional.empty(), why);
    }

    /** Empty if it is none. */
    Optional<Scenario> scenario() {
        return scenario;
    }

    /**
     * The scenario.
     *
     * @throws BadScenarioException with all its mistakes
     * @throws IllegalArgumentException if it could not be read
     */
    Scenario requireScenario() {
        if (mistakes != null) {
            throw mistakes;
        }
        return scenario.orElseThrow();
    }

    @Override
    public Type getType() {
        return Type.TEST;
    }

    @Override
    public Set<TestTag> getTags() {
        return scenario.stream()
                .flatMap(read -> read.about().tags().stream())
                .map(tag -> tag.replaceAll("[\\s,()&|!]+", "-")) // what JUnit takes for an expression
                .filter(TestTag::isValid)
                .map(TestTag::create)
                .collect(Collectors.toSet());
    }
}
