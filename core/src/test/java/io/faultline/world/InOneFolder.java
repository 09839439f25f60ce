package io.faultline.world;

import java.nio.file.Path;
import org.junit.platform.engine.OutputDirectoryCreator;
import org.junit.platform.engine.TestDescriptor;

/** Puts what all tests publish into one folder. */
public record InOneFolder(Path folder) implements OutputDirectoryCreator {

    @Override
    public Path getRootDirectory() {
        return folder;
    }

    @Override
    public Path createOutputDirectory(TestDescriptor test) {
        return folder;
    }
}
