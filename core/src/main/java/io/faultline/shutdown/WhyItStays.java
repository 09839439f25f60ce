package io.faultline.shutdown;

import io.faultline.observe.ShutdownStatus;
import io.faultline.observe.ShutdownStatus.SignalDisposition;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a container that was told to stop still runs, in sentences. Pure. */
record WhyItStays(StopSignal signal, ShutdownStatus seen) {

    @Override
    public String toString() {
        String notOwn = signal.ifNotOwn().map(text -> " " + text).orElse("");
        return "Its PID 1 is \"" + first().command() + "\", which " + what() + notOwn;
    }

    private FirstProcess first() {
        return new FirstProcess(seen.first());
    }

    private String what() {
        Optional<SignalDisposition> itself = seen.left().stream()
                .filter(process -> process.pid() == seen.first().pid())
                .findFirst();
        if (!seen.handled() && itself.filter(SignalDisposition::catches).isPresent()) {
            return "did not catch " + signal
                    + " when it came, so it was lost, and catches it now: it was still "
                    + "starting. Handle it before all else, or run it under an init, which ends what does not handle it.";
        }
        if (!seen.first().catches()) {
            return whyItIsDeaf();
        }
        String does = itself.map(WhyItStays::whereItIs).orElse("");
        return "catches " + signal + does + "." + open() + (first().isPackageRunner() ? " " + first().cure() : "");
    }

    private String whyItIsDeaf() {
        String deaf = seen.first().blocks()
                ? "blocks " + signal + "."
                : seen.first().ignores()
                        ? "ignores " + signal + "."
                        : "does not catch " + signal + ", and what PID 1 does not catch does nothing to it.";
        String listener = others().filter(SignalDisposition::catches)
                .findFirst()
                .map(process -> " Its child \"" + process.name() + "\" would catch it, but does not get it.")
                .orElse("");
        return deaf + listener + " " + first().cure();
    }

    private Stream<SignalDisposition> others() {
        return seen.left().stream()
                .filter(process -> process.pid() != seen.first().pid());
    }

    private static String whereItIs(SignalDisposition process) {
        if (process.waitsIn().endsWith("pipe_write")) {
            return ", but stands in a write to a full pipe: nobody reads its output. Log through a bounded queue that drops, "
                    + "and never from a signal handler";
        }
        return process.waitsIn().isEmpty()
                ? ", and still runs"
                : ", and now waits in the kernel's " + process.waitsIn();
    }

    private String open() {
        String names = others().map(SignalDisposition::name).sorted().collect(Collectors.joining(", "));
        return (names.isEmpty() ? "" : " It waits, it may be, for its children: " + names + ".")
                + (seen.established() == 0
                        ? ""
                        : " Connections still open: " + seen.established() + "; does it wait for clients to leave?");
    }
}
