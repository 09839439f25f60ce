package io.faultline.truth;

import java.io.IOException;

/** A client, or whatever else goes well or not. */
public interface Party extends AutoCloseable {

    boolean isUp();

    boolean isDown();

    @Override
    void close() throws IOException;
}
