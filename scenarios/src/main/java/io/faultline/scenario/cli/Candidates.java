package io.faultline.scenario.cli;

import io.faultline.scenario.yaml.Catalog;
import java.util.Iterator;
import java.util.Map;
import java.util.stream.Stream;

/** What a shell completes where scenarios are named: the catalog's names, and its tags. */
final class Candidates implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        Stream<String> tags = Catalog.all(Map.of()).stream()
                .flatMap(scenario -> scenario.about().tags().stream())
                .sorted();
        return Stream.concat(Catalog.names().stream(), tags).distinct().iterator();
    }
}
