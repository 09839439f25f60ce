package io.faultline.world;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A container that looks names up in several ways as it is told: not root, and with nothing that it could write to. */
public final class DnsClientContainer extends Peer {

    private static final int PATIENCE_MILLIS = 60_000;

    @SuppressWarnings("this-escape")
    public DnsClientContainer() {
        withCommand("python3", "-u", "-c", script("asker.py"));
        withCreateContainerCmdModifier(
                cmd -> cmd.withUser("1234").getHostConfig().withReadonlyRootfs(true));
    }

    /** With this name server alone, as a container on the default bridge has it. */
    public DnsClientContainer withNameserver(String address) {
        withCreateContainerCmdModifier(cmd -> cmd.getHostConfig().withDns(address));
        return this;
    }

    /**
     * What it found out.
     *
     * @param question see dns/asker.py
     */
    public String ask(String question) throws IOException {
        try (Socket socket = connectDirectly()) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write((question + "\n").getBytes(StandardCharsets.US_ASCII));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
        }
    }

    static String script(String name) {
        try (InputStream in = DnsClientContainer.class.getResourceAsStream("/io/faultline/dns/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
