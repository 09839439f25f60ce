package io.faultline.observe;

import io.faultline.observe.TcpSocket.Endpoint;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * A UDP socket that has a port.
 *
 * @param local where it receives: at an unspecified address if it does at all of them
 * @param inode the socket's number, as in /proc/PID/fd
 * @param isClients whether one of the client's processes holds it
 */
@API(status = Status.INTERNAL)
public record UdpSocket(Endpoint local, long inode, boolean isClients) {}
