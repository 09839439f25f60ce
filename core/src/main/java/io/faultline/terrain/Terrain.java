package io.faultline.terrain;

import java.util.List;

/** What was found out about the targets of one fault, before touching them. */
public record Terrain(List<Site> sites, KernelFeatures kernel) {

    public Terrain {
        sites = List.copyOf(sites);
    }

    /**
     * What was found out about one of the targets.
     *
     * @throws IllegalArgumentException if the terrain was read for other targets
     */
    public Site site(Target target) {
        return sites.stream()
                .filter(site -> site.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The terrain was not read for " + target
                        + ". A fault's targets() must name every target that its plan asks for."));
    }
}
