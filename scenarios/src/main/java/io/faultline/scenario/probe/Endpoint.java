package io.faultline.scenario.probe;

import com.github.dockerjava.api.model.Info;
import io.faultline.docker.container.ContainerAddresses;
import io.faultline.scenario.RunningSystem;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.testcontainers.DockerClientFactory;

/**
 * Where a TCP look connects to.
 *
 * @param isProxy whether docker-proxy stands in between
 */
record Endpoint(InetSocketAddress address, boolean isProxy) {

    static Endpoint of(RunningSystem system, String role, int port) {
        Optional<String> own = Engine.SHARES_OUR_KERNEL
                ? ContainerAddresses.of(system.container(role)).own()
                : Optional.empty();
        return own.map(host -> new Endpoint(new InetSocketAddress(host, port), false))
                .orElseGet(() -> new Endpoint(system.address(role, port), true));
    }

    /** Looked up once: whether containers' own addresses are reached from here. */
    private static final class Engine {

        static final boolean SHARES_OUR_KERNEL = sharesOurKernel();

        private static boolean sharesOurKernel() {
            boolean isSocket = "unix"
                    .equals(DockerClientFactory.instance()
                            .getTransportConfig()
                            .getDockerHost()
                            .getScheme());
            Info about = DockerClientFactory.instance().client().infoCmd().exec();
            List<String> security =
                    Optional.ofNullable(about.getSecurityOptions()).orElse(List.of());
            return isSocket
                    && System.getProperty("os.name").equals("Linux")
                    && !String.valueOf(about.getOperatingSystem()).contains("Docker Desktop")
                    && security.stream().noneMatch(option -> option.contains("name=rootless"));
        }
    }
}
