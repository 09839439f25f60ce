package io.faultline.junit;

import io.faultline.fault.DnsFailure;
import io.faultline.fault.Fault;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;

/** Names stop resolving for a container while the test's body runs: see {@link DnsFailure}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@Repeatable(WithDnsFailure.All.class)
@DeclaresFault(WithDnsFailure.Maker.class)
public @interface WithDnsFailure {

    /** The container's field. */
    String value();

    /** What its queries get. */
    Answer answer() default Answer.NONE;

    /** These addresses in answer, instead. */
    String[] wrongAddress() default {};

    /** Only these names, as {@code db.example.com} or {@code *.internal}. */
    String[] names() default {};

    /** What a name server can say. */
    enum Answer {
        NONE,
        NXDOMAIN,
        SERVFAIL,
        REFUSED
    }

    /** Harmless for this long, as {@code "2s"}. */
    String after() default "";

    /** Healed this long after its harm began. */
    String lasting() default "";

    /** How long with harm, and how long without, again and again. */
    String[] pulse() default {};

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @Documented
    @Inherited
    @interface All {
        WithDnsFailure[] value();
    }

    /** Makes the fault. */
    final class Maker implements FaultFactory<WithDnsFailure> {

        @Override
        public Fault make(WithDnsFailure declared, DeclarationContext test) {
            DnsFailure fault = DnsFailure.of(test.target(declared.value()));
            String[] names = declared.names();
            fault = names.length > 0 ? fault.forNames(names[0], rest(names)) : fault;
            String[] addresses = declared.wrongAddress();
            if (addresses.length > 0) {
                return fault.wrongAddress(addresses[0], rest(addresses));
            }
            return switch (declared.answer()) {
                case NONE -> fault.noAnswer();
                case NXDOMAIN -> fault.nxdomain();
                case SERVFAIL -> fault.servfail();
                case REFUSED -> fault.refused();
            };
        }

        private static String[] rest(String[] all) {
            return Arrays.copyOfRange(all, 1, all.length);
        }
    }
}
