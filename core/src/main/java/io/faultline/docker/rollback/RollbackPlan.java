package io.faultline.docker.rollback;

import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Link;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.faultline.docker.engine.AgentContainer;
import io.faultline.docker.engine.EngineException;
import io.faultline.effect.ContainerChange;
import io.faultline.effect.EndedContainer;
import io.faultline.effect.NetworkDetachment;
import io.faultline.inject.OpenOptions;
import io.faultline.topology.AttachedNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a rollback container takes changes of containers back, as they were found before. Pure. */
final class RollbackPlan {

    private static final Gson GSON = new Gson();
    /** Within which Docker hears of an end. */
    private static final Duration SETTLING = Duration.ofSeconds(2);

    private final List<JsonObject> steps = new ArrayList<>();

    /** @param found the networks that the container is attached to */
    void add(ContainerChange effect, Map<String, ContainerNetwork> found) {
        if (effect instanceof NetworkDetachment detachment) {
            attach(detachment, found);
        } else if (effect instanceof EndedContainer end) {
            JsonObject step = step("end", effect);
            step.addProperty("settle_ms", end.grace().plus(SETTLING).toMillis());
            steps.add(step);
        } else {
            steps.add(step("pause", effect));
        }
    }

    private static JsonObject step(String does, ContainerChange effect) {
        JsonObject step = new JsonObject();
        step.addProperty("does", does);
        step.addProperty("place", effect.place());
        step.addProperty("container", effect.containerId());
        return step;
    }

    /** By Docker's own request for each network. */
    private void attach(NetworkDetachment effect, Map<String, ContainerNetwork> found) {
        for (AttachedNetwork network : effect.networks()) {
            ContainerNetwork endpoint = found.get(network.name());
            if (endpoint == null) {
                throw new EngineException("Cannot " + effect.summary() + ": it was attached to " + network
                        + " when it was looked at, and is not any more. Who else changes its networks?");
            }
            JsonObject step = step("detach", effect);
            step.addProperty("network", network.id());
            step.addProperty("name", network.name());
            step.add("endpoint", endpoint(endpoint));
            steps.add(step);
        }
    }

    /** What was asked for, not what came of it: an address that was given by chance is not asked for. */
    private static JsonObject endpoint(ContainerNetwork found) {
        JsonObject endpoint = new JsonObject();
        ContainerNetwork.Ipam asked = found.getIpamConfig();
        if (asked != null) {
            JsonObject addresses = new JsonObject();
            put(addresses, "IPv4Address", asked.getIpv4Address());
            put(addresses, "IPv6Address", asked.getIpv6Address());
            if (addresses.size() > 0) {
                endpoint.add("IPAMConfig", addresses);
            }
        }
        if (found.getAliases() != null) {
            endpoint.add("Aliases", GSON.toJsonTree(found.getAliases()));
        }
        Link[] asLinked = found.getLinks();
        if (asLinked != null && asLinked.length > 0) {
            JsonArray links = new JsonArray();
            Arrays.stream(asLinked).forEach(link -> links.add(link.getName() + ":" + link.getAlias()));
            endpoint.add("Links", links);
        }
        put(endpoint, "MacAddress", found.getMacAddress());
        return endpoint;
    }

    private static void put(JsonObject into, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            into.addProperty(name, value);
        }
    }

    /** The whole task of a rollback container, as its command line holds it. */
    String task(String rollback, OpenOptions options) {
        JsonObject task = new JsonObject();
        task.addProperty("rollback", rollback);
        task.addProperty("lease_ms", AgentContainer.LEASE.toMillis());
        task.addProperty("maximum_ms", options.maximum().toMillis());
        task.add("steps", GSON.toJsonTree(steps));
        return task.toString();
    }
}
