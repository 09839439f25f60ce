package io.faultline.docker.engine;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An agent that no engine has had before: others may be using the one that it has. */
final class UnknownAgent implements AutoCloseable {

    private final DockerEngine engine;
    private final AgentProgram program;
    private final ProgramImage image;
    private final Instant made;

    /** The one for this engine, with some bytes at its end that nobody reads. */
    UnknownAgent(DockerEngine engine) {
        this.engine = engine;
        AgentProgram known = AgentProgram.on(engine.architecture());
        byte[] salt = new SecureRandom().generateSeed(16);
        byte[] longer = Arrays.copyOf(known.bytes(), known.bytes().length + salt.length);
        System.arraycopy(salt, 0, longer, known.bytes().length, salt.length);
        this.program = new AgentProgram(known.architecture(), longer);
        this.image = ProgramImage.of(AgentImage.REPOSITORY, program);
        this.made = now();
    }

    AgentProgram program() {
        return program;
    }

    ProgramImage image() {
        return image;
    }

    /** What the engine says that has happened to the image so far. */
    List<String> events() throws InterruptedException {
        String id = engine.client().inspectImageCmd(image.name()).exec().getId(); // a load is reported by that alone
        List<String> actions = Collections.synchronizedList(new ArrayList<>());
        engine.client()
                .eventsCmd()
                .withSince(seconds(made.minusSeconds(1)))
                .withUntil(seconds(now().plusSeconds(1)))
                .withEventTypeFilter(EventType.IMAGE)
                .withImageFilter(id)
                .exec(new ResultCallback.Adapter<Event>() {
                    @Override
                    public void onNext(Event event) {
                        actions.add(event.getAction());
                    }
                })
                .awaitCompletion(1, TimeUnit.MINUTES);
        return actions;
    }

    private Instant now() {
        return Instant.parse(String.valueOf(engine.client().infoCmd().exec().getSystemTime()));
    }

    private static String seconds(Instant time) {
        return Long.toString(time.getEpochSecond());
    }

    /** Removes its image. */
    @Override
    public void close() {
        await().atMost(Duration.ofSeconds(20)).until(this::isRemoved);
    }

    private boolean isRemoved() {
        try {
            engine.client().removeImageCmd(image.name()).exec();
            return true;
        } catch (NotFoundException notLoaded) {
            return true;
        } catch (ConflictException inUse) { // by a container that is just removing itself
            return false;
        }
    }
}
