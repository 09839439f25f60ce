package io.faultline.world;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Numbered datagrams from this JVM straight to a peer, which tells over TCP which of them came. */
public final class Datagrams implements AutoCloseable {

    private static final int AT_ONCE = 50; // far less than a socket's buffer holds

    private final DatagramSocket udp = new DatagramSocket();
    private final InetSocketAddress peer;
    private final Line told;

    public Datagrams(Peer peer) throws IOException {
        this.peer = new InetSocketAddress(peer.address(), Peer.TOLD_PORT);
        this.told = new Line(Peer.connect(peer.address(), Peer.TOLD_PORT));
    }

    /** Sends so many, numbered from 1, and returns the numbers of those that came, in the order in which they did. */
    public List<Integer> arrivedOf(int number) throws IOException {
        List<Integer> arrived = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            byte[] text = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            udp.send(new DatagramPacket(text, text.length, peer));
            if (i % AT_ONCE == 0 || i == number) {
                String came = told.answer("?");
                if (!came.isEmpty()) {
                    List.of(came.split(" ")).forEach(each -> arrived.add(Integer.valueOf(each)));
                }
            }
        }
        return arrived;
    }

    /** The numbers, from 1, of those that did not come. */
    public List<Integer> lostOf(int number) throws IOException {
        List<Integer> lost = new ArrayList<>();
        for (int i = 1; i <= number; i++) {
            lost.add(i);
        }
        lost.removeAll(arrivedOf(number));
        return lost;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        told.close();
    }
}
