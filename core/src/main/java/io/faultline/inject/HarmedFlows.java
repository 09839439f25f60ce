package io.faultline.inject;

import io.faultline.effect.AgentEffect;
import io.faultline.effect.Flows;
import java.util.Optional;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * Whose packets an effect harmed.
 *
 * @param effect one that harms packets by a packet filter
 * @param known empty if that does not remember whose they were
 */
@API(status = Status.INTERNAL)
public record HarmedFlows(AgentEffect effect, Optional<Flows> known) {}
