package io.faultline.scenario.cli;

import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.Labels;
import io.faultline.scenario.Variant;
import io.faultline.scenario.reference.ReferenceSource;
import io.faultline.scenario.yaml.Catalog;
import io.faultline.world.Rules;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the command's runs leave on the engine and in the host's network. */
final class RunLeftovers implements AutoCloseable {

    private final Rules host = Rules.ofHost();
    private final DockerEngine engine = DockerEngine.connect();

    /** Builds the images first: the command is given a time in which none can be built. */
    static RunLeftovers afterBuilding(Variant variant) {
        RunLeftovers leftovers = new RunLeftovers();
        new ReferenceSource(variant, Optional.empty()).prepare(Catalog.all(Map.of()), leftovers.engine, what -> {});
        return leftovers;
    }

    List<String> hostRules(String run) {
        return host.all().stream().filter(line -> line.contains(run)).toList();
    }

    List<String> containers(String run) {
        return engine
                .client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.RUN, run))
                .exec()
                .stream()
                .flatMap(container -> Arrays.stream(container.getNames()))
                .toList();
    }

    @Override
    public void close() {
        host.close();
    }
}
