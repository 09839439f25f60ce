package io.faultline.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;

/** The body of an answer. */
final class Body {

    private static final int KEPT_BYTES = 1 << 20;
    private static final int BUFFER = 8192;

    private Body() {}

    /** All of it is read, for half an answer is none; its beginning is kept. */
    static String of(ClassicHttpResponse response) throws IOException {
        HttpEntity entity = response.getEntity();
        if (entity == null) {
            return "";
        }
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = entity.getContent()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                kept.write(buffer, 0, Math.max(0, Math.min(read, KEPT_BYTES - kept.size())));
            }
        }
        return kept.toString(StandardCharsets.UTF_8);
    }
}
