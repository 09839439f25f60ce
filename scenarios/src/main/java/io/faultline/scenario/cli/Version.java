package io.faultline.scenario.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** Faultline's version, from the jar's manifest. */
final class Version implements IVersionProvider {

    static String number() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unpackaged");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"faultline " + number()};
    }
}
