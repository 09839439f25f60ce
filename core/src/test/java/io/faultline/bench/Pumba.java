package io.faultline.bench;

import io.faultline.world.Peer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A command of pumba, started for each fault and told by SIGTERM to heal it. It does not return while its fault is in force, so
 * another program says when that begins and ends: each prints the event as the kernel, or Docker, reports it.
 */
final class Pumba implements Contender.Way {

    private static final long LIMIT_SECONDS = 30;

    private final List<String> command;
    private final List<String> watch;
    private final String began;
    private final String ended;
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final File output;
    private Process watching;
    private Process running;

    private Pumba(List<String> command, List<String> watch, String began, String ended) throws IOException {
        this.command = command;
        this.watch = watch;
        this.began = began;
        this.ended = ended;
        this.output = Files.createTempFile("pumba", ".log").toFile();
        output.deleteOnExit();
    }

    /** All that comes in is dropped, in IPv4, which is as much of a partition as it offers. */
    static Pumba iptables(Path program, Peer peer, int pid) throws IOException {
        List<String> command = command(program, "iptables", "--iptables-image", Peer.image(), "--pull-image=false");
        command.addAll(List.of("--duration", "1m", "loss", "--probability", "1.0", name(peer)));
        List<String> monitor = List.of("stdbuf", "-oL", "xtables-monitor", "--event");
        List<String> watch = new ArrayList<>(List.of("nsenter", "-t", Integer.toString(pid), "-n"));
        watch.addAll(monitor);
        return new Pumba(command, watch, "-A INPUT -i eth0 -m statistic", "-D INPUT -i eth0 -m statistic");
    }

    static Pumba pause(Path program, Peer peer) throws IOException {
        List<String> watch = List.of(
                "docker", "events", "--filter", "container=" + peer.getContainerId(), "--format", "[{{.Action}}]");
        return new Pumba(command(program, "pause", "--duration", "1m", name(peer)), watch, "[pause]", "[unpause]");
    }

    private static List<String> command(Path program, String... words) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "--log-level", "error"));
        command.addAll(List.of(words));
        return command;
    }

    private static String name(Peer peer) {
        return peer.getContainerName().substring(1); // without Docker's slash
    }

    @Override
    public void prepare() throws IOException {
        events.clear();
        watching = new ProcessBuilder(watch)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Process reading = watching;
        Thread reader = new Thread(() -> reading.inputReader().lines().forEach(events::add), "bench-watch");
        reader.setDaemon(true);
        reader.start();
    }

    @Override
    public void inject() throws IOException, InterruptedException {
        running = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start();
        await(began);
    }

    @Override
    public void heal() throws InterruptedException {
        running.destroy();
        await(ended);
    }

    @Override
    public void tidy() throws InterruptedException {
        watching.toHandle().destroy(); // Process's own closes the stream under its reader
        if (!running.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw failure("did not end");
        }
    }

    private void await(String event) throws InterruptedException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        for (String line; (line = events.poll(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS)) != null; ) {
            if (line.contains(event)) {
                return;
            }
        }
        running.destroy();
        watching.toHandle().destroy();
        throw failure("caused no \"" + event + "\" that " + watch + " reported");
    }

    private IllegalStateException failure(String what) {
        try {
            return new IllegalStateException(command + " " + what + " within " + LIMIT_SECONDS + " s. It said: "
                    + Files.readString(output.toPath()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
