package io.faultline.scenario.cli;

import io.faultline.scenario.yaml.Catalog;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** What a shell completes where scenarios are named: the catalog's names, and its tags. */
final class Candidates implements Iterable<String> {

    @Override
    public Iterator<String> iterator() {
        List<Catalog.Entry> catalog = Catalog.entries();
        Stream<String> tags =
                catalog.stream().flatMap(entry -> entry.tags().stream()).sorted();
        return Stream.concat(catalog.stream().map(Catalog.Entry::name), tags)
                .distinct()
                .iterator();
    }
}
