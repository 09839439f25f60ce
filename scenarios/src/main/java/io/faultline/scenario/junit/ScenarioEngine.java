package io.faultline.scenario.junit;

import org.junit.platform.commons.io.ResourceFilter;
import org.junit.platform.engine.EngineDiscoveryRequest;
import org.junit.platform.engine.ExecutionRequest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestEngine;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.EngineDescriptor;
import org.junit.platform.engine.support.discovery.EngineDiscoveryRequestResolver;

/**
 * Runs {@code *.scenario.yaml} files as tests: HELD passes, all else fails. JUnit
 * finds it by itself; files, folders, resources and packages of the class path are selected as for other engines.
 *
 * <p>Configuration parameters, or system properties: {@code faultline.scenario.variant} ({@code resilient} or
 * {@code naive}), {@code faultline.scenario.system} (the program that is judged), {@code faultline.scenario.parallel} (so many
 * at a time), {@code faultline.scenario.compose} or {@code .project} (play on this Compose file or running project, with
 * {@code faultline.scenario.role.ROLE} the service of a role), {@code faultline.scenario.set.NAME} (the value of a scenario's parameter), and {@code faultline.strict}.
 */
public final class ScenarioEngine implements TestEngine {

    /** As in {@code @IncludeEngines}. */
    public static final String ID = "faultline-scenarios";

    private static final String NAME = "Faultline scenarios";

    @Override
    public String getId() {
        return ID;
    }

    @Override
    public TestDescriptor discover(EngineDiscoveryRequest request, UniqueId id) {
        EngineDescriptor engine = new EngineDescriptor(id, NAME);
        Configuration configuration = new Configuration(request.getConfigurationParameters());
        EngineDiscoveryRequestResolver.<EngineDescriptor>builder()
                .addResourceContainerSelectorResolver(
                        ResourceFilter.of(resource -> ScenarioResolver.isScenario(resource.getName())))
                .addSelectorResolver(new ScenarioResolver(configuration))
                .build()
                .resolve(request, engine);
        return engine;
    }

    @Override
    public void execute(ExecutionRequest request) {
        new Execution(request).run();
    }
}
