package io.faultline.junit;

import io.faultline.fault.Fault;
import io.faultline.fault.Partition;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;

/** Cuts containers off while the test's body runs: see {@link Partition}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithPartition.All.class)
@DeclaresFault(WithPartition.Maker.class)
public @interface WithPartition {

    /** The fields of the containers: one is cut off from everyone, several each from the others. */
    String[] value();

    /** Addresses and networks that the only one is cut off from, instead of everyone. */
    String[] towards() default {};

    /** Only this port, or range as {@code "30000-30009"}. */
    String ports() default "";

    /** Only this protocol. */
    String protocol() default "";

    Direction way() default Direction.BOTH;

    Refusal refusal() default Refusal.DROP;

    /** Leaves docker-proxy's leg alone, on purpose. */
    boolean containerLegOnly() default false;

    /** Harmless for this long, as {@code "2s"}. */
    String after() default "";

    /** Healed this long after its harm began. */
    String lasting() default "";

    /** How long with harm, and how long without, again and again. */
    String[] pulse() default {};

    /** What senders are told. */
    enum Refusal {
        DROP,
        REJECT,
        RESET
    }

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithPartition[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithPartition> {

        @Override
        public Fault make(WithPartition declared, DeclarationContext test) {
            List<io.faultline.topology.Target> targets = test.targets(declared.value());
            Partition fault = targets.size() == 1
                    ? Partition.of(targets.get(0))
                    : Partition.groups(targets.stream().map(List::of).toList());
            fault = declared.towards().length > 0 ? fault.towards(declared.towards()) : fault;
            fault = declared.protocol().isEmpty() ? fault : fault.protocol(declared.protocol());
            fault = declared.ports().isEmpty() ? fault : ports(fault, declared.ports());
            fault = switch (declared.way()) {
                case BOTH -> fault;
                case INCOMING -> fault.incomingOnly();
                case OUTGOING -> fault.outgoingOnly();
            };
            fault = switch (declared.refusal()) {
                case DROP -> fault;
                case REJECT -> fault.rejecting();
                case RESET -> fault.resetting();
            };
            return declared.containerLegOnly() ? fault.containerLegOnly() : fault;
        }

        private static Partition ports(Partition fault, String text) {
            int[] ends;
            try {
                ends = Arrays.stream(text.split("-", 2))
                        .map(String::strip)
                        .mapToInt(Integer::parseInt)
                        .toArray();
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "ports = \"" + text + "\" is no port. Write it as \"6379\" or \"30000-30009\".", e);
            }
            return fault.ports(ends[0], ends[ends.length - 1]);
        }
    }
}
