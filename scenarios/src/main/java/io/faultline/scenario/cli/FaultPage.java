package io.faultline.scenario.cli;

import io.faultline.fault.FaultComponent;
import io.faultline.fault.FaultSpec;
import java.io.PrintWriter;
import java.util.Locale;

/** What 'describe --fault' prints of a fault. */
final class FaultPage {

    private FaultPage() {}

    static void print(FaultSpec fault, PrintWriter out) {
        out.println(fault.name());
        out.println(fault.about());
        out.println();
        out.println("What can be written about it:");
        fault.components().forEach(component -> row(out, component.name(), about(component)));
        for (FaultSpec.Variant variant : fault.variants()) {
            out.println();
            out.println(variant.label() + ":");
            row(out, "needs", variant.needs().describe());
            row(out, "evidence", variant.evidence());
            row(out, "healing", variant.heal());
            row(out, "cost", variant.cost());
        }
        out.println();
    }

    private static String about(FaultComponent component) {
        String required = component.isRequired() ? " (required)" : "";
        String choices = component.choices().isEmpty() ? "" : " One of " + String.join(", ", component.choices()) + ".";
        String standard =
                component.standard().map(value -> " (default: " + value + ")").orElse("");
        return component.about() + choices + required + standard;
    }

    private static void row(PrintWriter out, String name, String what) {
        Paragraphs.of(String.format(Locale.ROOT, "  %-20s ", name), what).forEach(out::println);
    }
}
