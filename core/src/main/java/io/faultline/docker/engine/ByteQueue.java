package io.faultline.docker.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A stream that one thread fills and another reads, without the one-second polling of {@link java.io.PipedInputStream}.
 * Reading blocks until there is something or the queue is closed; what was put before the close is still read.
 */
final class ByteQueue extends InputStream {

    /** No other chunk is empty. */
    private static final byte[] END = new byte[0];

    private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();
    private byte[] current = new byte[] {};
    private int position;
    private boolean ended;

    void put(byte[] bytes, int offset, int length) {
        if (length > 0) {
            chunks.add(Arrays.copyOfRange(bytes, offset, offset + length));
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (position == current.length) {
            if (ended) {
                return -1;
            }
            take();
        }
        int count = Math.min(length, current.length - position);
        System.arraycopy(current, position, buffer, offset, count);
        position += count;
        return count;
    }

    private void take() throws IOException {
        try {
            byte[] next = chunks.take();
            ended = next.length == 0;
            current = next;
            position = 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for bytes", e);
        }
    }

    @Override
    public void close() {
        chunks.add(END);
    }
}
