package io.faultline.docker;

import io.faultline.observe.ClientNetwork;
import io.faultline.observe.ClientSockets;
import io.faultline.observe.SocketTable;
import io.faultline.observe.UdpSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.NetworkInterface;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The connections of this JVM and its child processes: the sockets of the JVM's network namespace, as the agent sees
 * them, that one of these processes holds open. Needs Linux, and the JVM on the Docker host.
 */
final class JvmSockets implements ClientSockets {

    private final DockerRun run;

    JvmSockets(DockerRun run) {
        this.run = run;
    }

    @Override
    public SocketTable all() {
        try {
            long namespace = namespace();
            Set<Long> ours = ourSockets();
            SocketTable there = run.agent().sockets(namespace);
            return new SocketTable(
                    there.sockets().stream()
                            .filter(socket -> socket.inode() == 0 || ours.contains(socket.inode()))
                            .toList(),
                    there.udp().stream()
                            .map(socket -> new UdpSocket(socket.local(), socket.inode(), ours.contains(socket.inode())))
                            .toList(),
                    there.seenNanos());
        } catch (IOException e) {
            throw new UncheckedIOException("This JVM does not run on Linux, or without /proc: " + e, e);
        }
    }

    /** Its network is taken for one that others use, too, as that of a Docker host is. */
    @Override
    public Optional<ClientNetwork> network() {
        try {
            return Optional.of(new ClientNetwork(
                    namespace(),
                    NetworkInterface.networkInterfaces()
                            .flatMap(NetworkInterface::inetAddresses)
                            .collect(Collectors.toSet()),
                    false,
                    firstChosenPort()));
        } catch (IOException e) {
            throw new UncheckedIOException("This JVM's network cannot be looked at: " + e, e);
        }
    }

    private static int firstChosenPort() throws IOException {
        String range = Files.readString(Path.of("/proc/sys/net/ipv4/ip_local_port_range"));
        return Integer.parseInt(range.strip().split("\\s+", 2)[0]);
    }

    private static long namespace() throws IOException {
        return Long.parseLong(number(Files.readSymbolicLink(Path.of("/proc/self/ns/net"))));
    }

    private static Set<Long> ourSockets() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        Set<Long> inodes = new HashSet<>();
        for (ProcessHandle process :
                Stream.concat(Stream.of(self), self.descendants()).toList()) {
            Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fd");
            try {
                addSockets(descriptors, inodes);
            } catch (AccessDeniedException | NoSuchFileException notOurs) {
                // a child that has ended since, or that runs as another user
            }
        }
        return inodes;
    }

    private static void addSockets(Path descriptors, Set<Long> inodes) throws IOException {
        try (DirectoryStream<Path> open = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : open) {
                try {
                    Path meant = Files.readSymbolicLink(descriptor);
                    if (meant.toString().startsWith("socket:")) {
                        inodes.add(Long.parseLong(number(meant)));
                    }
                } catch (IOException closedSince) {
                    // a descriptor that went away between listing and reading was no connection to keep
                }
            }
        }
    }

    // "net:[4026531840]", "socket:[12345]"
    private static String number(Path link) {
        return link.toString().replaceAll("\\D", "");
    }
}
