package io.faultline.scenario.reference;

import io.faultline.docker.engine.DockerEngine;
import io.faultline.docker.engine.EngineException;
import io.faultline.docker.engine.ProjectImage;
import java.util.List;
import java.util.Map;

/**
 * An image of ours that programs run in.
 *
 * @param name also of the folder beside this package that its files are in
 * @param files all of that folder
 * @param libraries of one in Java: a class of each, as the class path has it; the classes of ours are in a package beside
 *     this one, which has the image's name
 */
record Image(String name, List<String> files, List<String> libraries) {

    static final Image PYTHON = new Image(
            "python",
            List.of(
                    "Dockerfile",
                    "asynchronous.py",
                    "dependency.py",
                    "fetch.py",
                    "files_server.py",
                    "front.py",
                    "ftp.py",
                    "ftp_server.py",
                    "lease.py",
                    "naive.py",
                    "output.py",
                    "publisher.py",
                    "service.py",
                    "spool.py",
                    "stopping.py",
                    "store.py",
                    "worker.py"));
    static final Image JAVA = new Image(
            "java",
            List.of("Dockerfile"),
            List.of(
                    "com.rabbitmq.client.ConnectionFactory",
                    "com.zaxxer.hikari.HikariDataSource",
                    "io.lettuce.core.RedisClient",
                    "io.netty.buffer.ByteBuf",
                    "io.netty.channel.Channel",
                    "io.netty.channel.unix.Unix",
                    "io.netty.handler.codec.ByteToMessageDecoder",
                    "io.netty.handler.codec.dns.DnsRecord",
                    "io.netty.handler.ssl.SslHandler",
                    "io.netty.resolver.AddressResolver",
                    "io.netty.resolver.dns.DnsNameResolver",
                    "io.netty.util.concurrent.Future",
                    "org.apache.commons.pool2.ObjectPool",
                    "org.mariadb.jdbc.Driver",
                    "org.postgresql.Driver",
                    "org.reactivestreams.Publisher",
                    "org.slf4j.Logger",
                    "reactor.core.publisher.Mono",
                    "redis.clients.authentication.core.Token",
                    "redis.clients.jedis.Jedis"));
    static final Image MARIADB = new Image("mariadb", List.of("Dockerfile", "content.sql"));
    static final Image POSTGRES = new Image("postgres", List.of("Dockerfile"));
    static final Image RABBITMQ = new Image("rabbitmq", List.of("Dockerfile", "rabbitmq.conf"));
    static final Image REDIS = new Image("redis", List.of("Dockerfile"));

    Image(String name, List<String> files) {
        this(name, files, List.of());
    }

    /**
     * Builds it if the engine does not have it; of several threads, one.
     *
     * @return the name that the engine knows it by
     * @throws EngineException if it cannot be built
     */
    synchronized String build(DockerEngine engine) {
        Map<String, byte[]> contents = ProjectImage.read("/io/faultline/scenario/" + name + "/", files);
        if (!libraries.isEmpty()) {
            contents.putAll(ClassPath.jarsOf(libraries));
            contents.putAll(ClassPath.classesBeside("io.faultline.scenario." + name + ".Main"));
        }
        return ProjectImage.build(engine, "faultline/reference-" + name, contents);
    }
}
