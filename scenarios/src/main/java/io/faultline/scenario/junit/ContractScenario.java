package io.faultline.scenario.junit;

import io.faultline.Faultline;
import io.faultline.junit.Attachments;
import io.faultline.junit.StrictMode;
import io.faultline.scenario.JvmClient;
import io.faultline.scenario.Result;
import io.faultline.scenario.model.Scenario;
import io.faultline.scenario.run.ScenarioRunner;
import io.faultline.scenario.yaml.ScenarioFile;
import io.faultline.scenario.yaml.Suggestion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/** One scenario of the {@link ResilienceContract}. */
public final class ContractScenario {

    /** What hurts most people first. */
    static final List<String> NAMES = List.of(
            "silent-partition-idle",
            "silent-partition-working",
            "paused-dependency",
            "rejected-partition",
            "reset-connections",
            "killed-dependency",
            "slow-dependency",
            "flapping-link",
            "bandwidth-collapse",
            "packet-loss");

    private static final String FOLDER = "io/faultline/scenario/contract/";

    private final String name;
    private final ExtensionContext context;

    ContractScenario(String name, ExtensionContext context) {
        this.name = name;
        this.context = context;
    }

    void play(ResilienceContract contract, Faultline faultline) {
        Map<String, String> skipped = contract.skipped();
        requireKnown(skipped);
        KnownSettings.require(
                contract.settings().keySet(),
                NAMES.stream().map(each -> read(each, Map.of())).toList());
        if (skipped.containsKey(name)) {
            throw new TestAbortedException(skipped.get(name));
        }
        Scenario scenario = read(name, contract.settings());
        JvmClient client = JvmClient.of(contract::isHealthy, contract::doUnitOfWork);
        OwnContainers system = new OwnContainers(Map.of("dependency", contract.dependency()), Optional.of(client));
        Setup stage = Setup.of(system, contract.getClass().getSimpleName());
        Result result =
                new ScenarioRunner(faultline.run()).play(scenario, stage.source(), stage.settings(), new Silent());
        Attachments.publish(context, result.journal());
        Outcomes.require(result, StrictMode.isOn(context::getConfigurationParameter));
    }

    static Scenario read(String name, Map<String, String> settings) {
        return ScenarioText.onClassPath(FOLDER + name + ScenarioFile.SUFFIX)
                .read(parameter -> Optional.ofNullable(settings.get(parameter)));
    }

    /** A name that nobody knows would skip nothing, and nobody would know why. */
    private static void requireKnown(Map<String, String> skipped) {
        skipped.keySet().stream()
                .filter(each -> !NAMES.contains(each))
                .findFirst()
                .ifPresent(each -> {
                    throw new IllegalArgumentException(
                            "skipped() names \"" + each + "\", which is no scenario of the contract " + "(there are: "
                                    + String.join(", ", NAMES) + ")." + Suggestion.of(each, NAMES));
                });
    }
}
