package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.fault.FaultSpec;
import io.faultline.topology.Target;
import java.lang.reflect.Field;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.testcontainers.containers.ContainerState;

/** A test that declares faults: the containers in its fields, which are what the names of targets mean. For one thread. */
final class DeclarationContext implements FaultSpec.Targets {

    private final Map<String, Supplier<Target>> targets = new LinkedHashMap<>();

    /** @param instances the test's own and those around it */
    DeclarationContext(List<Object> instances) {
        for (Object instance : instances) {
            for (Class<?> type = instance.getClass(); type != null; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    read(field, instance)
                            .ifPresent(container -> targets.putIfAbsent(
                                    field.getName(), () -> Faultline.target(field.getName(), container)));
                }
            }
        }
    }

    private static Optional<ContainerState> read(Field field, Object instance) {
        if (!ContainerState.class.isAssignableFrom(field.getType())) {
            return Optional.empty();
        }
        try {
            field.setAccessible(true);
            return Optional.ofNullable((ContainerState) field.get(instance));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(field + " was made accessible", e);
        }
    }

    /** The container in the field of this name, of the test's class, one around it or one that it extends. */
    @Override
    public Target named(String field) {
        Supplier<Target> target = targets.get(field);
        if (target == null) {
            throw new IllegalArgumentException("there is no container in a field \"" + field + "\" (containers: "
                    + targets.keySet() + "). Name the field that holds it.");
        }
        return target.get();
    }
}
