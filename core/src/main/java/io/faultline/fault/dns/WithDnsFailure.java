package io.faultline.fault.dns;

import io.faultline.junit.DeclaresFault;
import io.faultline.junit.FaultSchedule;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Names stop resolving for a container while the test's body runs: see {@link io.faultline.fault.dns.DnsFailure}. */
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(WithDnsFailure.All.class)
@DeclaresFault("dns-failure")
public @interface WithDnsFailure {

    /** The container's field. */
    String value();

    /** What its queries get. */
    DnsFailure.Reply answer() default DnsFailure.Reply.NONE;

    /** These addresses in answer, instead. */
    String[] wrongAddress() default {};

    /** Only these names, as {@code db.example.com} or {@code *.internal}. */
    String[] names() default {};

    /** When it does its harm; by default at once, until the end of the test. */
    FaultSchedule schedule() default @FaultSchedule;

    /** Several of them. */
    @Target({ElementType.TYPE, ElementType.METHOD, ElementType.ANNOTATION_TYPE})
    @Retention(RetentionPolicy.RUNTIME)
    @interface All {
        WithDnsFailure[] value();
    }
}
