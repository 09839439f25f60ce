package io.faultline.junit;

import io.faultline.Faultline;
import io.faultline.docker.engine.EngineException;
import io.faultline.fault.Fault;
import io.faultline.fault.ImpossibleFaultException;
import io.faultline.topology.KernelFeatures;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/**
 * What {@link FaultlineTest} does. Keeps no state of its own and no thread-locals: everything is in JUnit's stores, so
 * that parallel tests and {@code @Timeout} in a separate thread are all the same to it.
 */
final class FaultlineExtension extends TestThreads
        implements ParameterResolver,
                ExecutionCondition,
                BeforeAllCallback,
                BeforeTestExecutionCallback,
                AfterTestExecutionCallback,
                AfterEachCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler {

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Faultline.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return Session.of(context).faultline();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Needs> needs =
                context.getElement().flatMap(element -> AnnotationSupport.findAnnotation(element, Needs.class));
        try {
            SharedRun.of(context);
            return needs.flatMap(wanted -> missing(wanted, SharedRun.of(context).kernel()))
                    .map(reason -> unable(context, reason, Optional.empty()))
                    .orElse(ConditionEvaluationResult.enabled("Faultline has what it needs"));
        } catch (EngineException e) {
            return unable(context, String.valueOf(e.getMessage()), Optional.of(e));
        }
    }

    private static Optional<String> missing(Needs needs, KernelFeatures kernel) {
        return Arrays.stream(needs.value())
                .filter(need -> !need.isMetBy(kernel))
                .map(need -> need.otherwise(kernel))
                .findFirst();
    }

    private static ConditionEvaluationResult unable(
            ExtensionContext context, String reason, Optional<EngineException> cause) {
        if (isStrict(context)) {
            throw new IllegalStateException(
                    reason + " (strict mode: set " + StrictMode.PARAMETER + "=false to skip instead)",
                    cause.orElse(null));
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean isStrict(ExtensionContext context) {
        return StrictMode.isOn(context::getConfigurationParameter);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Attachments.explain(context, failure);
        if (failure instanceof ImpossibleFaultException && !isStrict(context)) {
            throw new TestAbortedException(failure.getMessage(), failure);
        }
        throw failure;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        refuseMistakes(context);
    }

    private static void refuseMistakes(ExtensionContext context) {
        GracefulStops.refuseMistakes(context);
        DeclaredFaults.refuseMisplaced(context);
    }

    @Override
    public void beforeTestExecution(ExtensionContext context) {
        refuseMistakes(
                context); // again: an annotation on a method or an instance's field comes after its class's beforeAll
        List<Fault> declared = DeclaredFaults.of(context);
        if (declared.isEmpty()) {
            return;
        }
        try {
            Session.of(context).injectDeclared(declared);
        } catch (ImpossibleFaultException e) {
            throw isStrict(context) ? e : new TestAbortedException(e.getMessage(), e);
        }
    }

    @Override
    public void afterTestExecution(ExtensionContext context) {
        Session.existing(context).ifPresent(Session::healDeclared);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        end(context, GracefulStops.ofTest(context));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        end(context, GracefulStops.ofClass(context));
    }

    /** Heals what is open, tells the containers to stop that are about to be killed otherwise, and looks for lost verdicts. */
    private static void end(ExtensionContext context, GracefulStops stops) {
        context.getExecutionException().ifPresent(failure -> Session.hear(context, failure));
        if (stops.isEmpty() && Session.existing(context).isEmpty()) {
            return;
        }
        Session session = Session.of(context);
        try {
            session.end(
                    Stream.concat(stops.judging(session.faultline()), Stream.of(session::close))
                            .toList(),
                    context.getExecutionException());
        } finally {
            Attachments.publish(context, session.faultline().journal());
        }
    }
}
