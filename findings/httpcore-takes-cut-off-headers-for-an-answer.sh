#!/usr/bin/env bash
# Apache HttpClient 5: an answer that is cut off in its headers is returned as a complete one.
#
# One would believe: when a connection ends behind "HTTP/1.1 200 OK", before the empty line that ends the headers, the message is
# incomplete (RFC 9112, section 8), and the client throws, as it does for a body that is cut off (ConnectionClosedException,
# "Premature end of Content-Length delimited message body") and for no answer at all (NoHttpResponseException).
# What happens: it returns status 200 with an empty body. The parser of HttpCore, which HttpClient uses, takes the end of the
# connection for the end of the headers (AbstractMessageParser.parseHeaders), and an answer without Content-Length is one whose body
# ends with the connection. So a service that dies between two writes looks well.
# The JDK's client throws an IOException on the same bytes ("parsing HTTP/1.1 header, receiving [...]").
#
# Versions: httpclient5 5.6.5, httpcore5 5.4.4 (Java 17). Seen on 2026-11-27.
# Needs: java 17 or later, Maven (MVN=path; or the mvnw of this repository), and Maven Central. Ends non-zero if the behaviour has changed.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mvn=${MVN:-$(command -v mvn || echo "$here/../mvnw")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId>
  <artifactId>finding</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.apache.httpcomponents.client5</groupId>
      <artifactId>httpclient5</artifactId>
      <version>5.6.5</version>
    </dependency>
    <dependency>
      <groupId>org.apache.httpcomponents.core5</groupId>
      <artifactId>httpcore5</artifactId>
      <version>5.4.4</version>
    </dependency>
    <dependency>
      <groupId>org.apache.httpcomponents.core5</groupId>
      <artifactId>httpcore5-h2</artifactId>
      <version>5.4.4</version>
    </dependency>
    <dependency>
      <groupId>org.slf4j</groupId>
      <artifactId>slf4j-nop</artifactId>
      <version>1.7.36</version>
    </dependency>
  </dependencies>
</project>
POM
timeout 150 "$mvn" -q -B -ntp -f pom.xml dependency:copy-dependencies -DoutputDirectory="$work/lib"

cat > CutOff.java <<'JAVA'
import java.io.*;
import java.net.*;
import java.net.http.*;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.*;
import org.apache.hc.core5.http.io.entity.EntityUtils;

class CutOff {
    static final String[] ANSWERS = {
        "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", ""
    };

    static URI serving(String answer) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    try (Socket client = server.accept()) {
                        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream()));
                        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {}
                        client.getOutputStream().write(answer.getBytes());
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/");
    }

    public static void main(String[] args) throws Exception {
        System.out.println("java " + Runtime.version() + ", httpclient5 "
                + org.apache.hc.core5.util.VersionInfo.loadVersionInfo("org.apache.hc.client5", CutOff.class.getClassLoader()).getRelease()
                + ", httpcore5 "
                + org.apache.hc.core5.util.VersionInfo.loadVersionInfo("org.apache.hc.core5", CutOff.class.getClassLoader()).getRelease());
        int taken = 0;
        for (String answer : ANSWERS) {
            URI uri = serving(answer);
            String apache;
            try (CloseableHttpClient client = HttpClients.custom().disableAutomaticRetries().build()) {
                apache = client.execute(new HttpGet(uri), response ->
                        "status " + response.getCode() + ", body \"" + EntityUtils.toString(response.getEntity()) + "\"");
                taken++;
            } catch (IOException e) {
                apache = e.toString();
            }
            String jdk;
            try {
                HttpResponse<String> response = java.net.http.HttpClient.newHttpClient()
                        .send(HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1).build(), HttpResponse.BodyHandlers.ofString());
                jdk = "status " + response.statusCode();
            } catch (IOException e) {
                jdk = e.toString();
            }
            System.out.println();
            System.out.println("answer, then the end: \"" + answer.replace("\r\n", "\\r\\n") + "\"");
            System.out.println("  Apache: " + apache);
            System.out.println("  JDK:    " + jdk);
        }
        System.out.println();
        System.out.println(taken == 2
                ? "as found: both answers that were cut off in their headers are taken for good ones"
                : "changed: " + taken + " of the answers were taken for good ones, not 2");
        System.exit(taken == 2 ? 0 : 1);
    }
}
JAVA
timeout 60 java -cp "lib/*" CutOff.java
