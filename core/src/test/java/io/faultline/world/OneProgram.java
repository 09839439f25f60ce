package io.faultline.world;

import io.faultline.Faultline;
import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.ProjectImage;
import io.faultline.topology.Target;
import java.io.IOException;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/** A container FROM scratch: one static program, not root, with no right and nothing that it could write to. */
public final class OneProgram extends GenericContainer<OneProgram> {

    @SuppressWarnings("this-escape")
    public OneProgram(String nameserver) {
        super(DockerImageName.parse(
                ProjectImage.build(DockerEngine.connect(), "faultline/test-one-program", "/io/faultline/dns/")));
        withCreateContainerCmdModifier(cmd -> cmd.withUser("1234")
                .getHostConfig()
                .withDns(nameserver)
                .withReadonlyRootfs(true)
                .withCapDrop(com.github.dockerjava.api.model.Capability.ALL));
    }

    public Target target() {
        return Faultline.target("app", this);
    }

    /** What it says of a name's address. */
    public String lookup(String name) throws IOException, InterruptedException {
        ExecResult result = execInContainer("/busybox", "nslookup", "-type=a", name);
        return result.getStdout() + result.getStderr();
    }
}
