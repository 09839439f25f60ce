package io.faultline.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * Notes in which threads JUnit runs tests' own code: also that of a {@code @Timeout}, which no other callback sees. What such a
 * thread leaves open is the test's, and healed at its end; what another one leaves open is a leak.
 */
abstract class TestThreads implements InvocationInterceptor {

    static Predicate<Thread> in(ExtensionContext context) {
        return of(context)::contains;
    }

    @SuppressWarnings("unchecked") // nobody else has this key
    private static Set<Thread> of(ExtensionContext context) {
        return context.getRoot()
                .getStore(SharedRun.NAMESPACE)
                .getOrComputeIfAbsent(
                        TestThreads.class,
                        key -> Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>())),
                        Set.class);
    }

    private static <T> T proceed(Invocation<T> invocation, ExtensionContext context) throws Throwable {
        of(context).add(Thread.currentThread());
        return invocation.proceed();
    }

    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> what, ExtensionContext context)
            throws Throwable {
        return proceed(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        return proceed(invocation, context);
    }

    /** A dynamic test has a result of its own, which its factory's context does not know. */
    @Override
    public void interceptDynamicTest(
            Invocation<Void> invocation, DynamicTestInvocationContext what, ExtensionContext context) throws Throwable {
        try {
            proceed(invocation, context);
        } catch (Throwable failure) {
            Session.hear(context, failure);
            throw failure;
        }
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> what, ExtensionContext context)
            throws Throwable {
        proceed(invocation, context);
    }
}
