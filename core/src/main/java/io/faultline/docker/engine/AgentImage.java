package io.faultline.docker.engine;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.LoadResponseItem;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images that the agent runs in. A program in the class path is all that the first is made of, without any network. */
@API(status = Status.INTERNAL)
public enum AgentImage {
    /** The agent's program and nothing else: it works over netlink. The rollback container runs in it as well. */
    PLAIN,
    /** The same program on Debian with iptables and ipset, for kernels without nf_tables: built, which needs Debian's packages. */
    WITH_IPTABLES;

    /** The system property that names a ready-made image of either kind, to be used in place of both. */
    public static final String PROPERTY = "faultline.agent.image";

    static final String REPOSITORY = "faultline/agent";
    static final String TOOLS_REPOSITORY = "faultline/agent-tools";

    private static final Logger LOG = LoggerFactory.getLogger(AgentImage.class);
    private static final String TOOLS_FOLDER = "/io/faultline/agent-tools/";
    private static final Duration LOAD_LIMIT = Duration.ofMinutes(2);

    /** Whether users have named one by the property. */
    public static boolean isNamed() {
        return named().isPresent();
    }

    /**
     * Makes sure that the engine has it.
     *
     * @return its name: the one in the property, or ours
     * @throws EngineException if it cannot be had
     */
    public String provide(DockerEngine engine) {
        return named().map(name -> require(engine, name)).orElseGet(() -> ours(engine));
    }

    /** Whether the engine has ours already. */
    public boolean isThere(DockerEngine engine) {
        AgentProgram program = AgentProgram.on(engine.architecture());
        return !isNamed()
                && engine.hasImage(
                        this == PLAIN
                                ? ProgramImage.of(REPOSITORY, program).name()
                                : ProjectImage.name(TOOLS_REPOSITORY, withTools(program)));
    }

    /** Whether an image with this name may be other than the program alone, which writes no file. */
    static boolean mayHaveIptables(String image) {
        return isNamed() || !image.startsWith(REPOSITORY + ":");
    }

    private static Optional<String> named() {
        return Optional.of(System.getProperty(PROPERTY, "")).filter(name -> !name.isBlank());
    }

    private static String require(DockerEngine engine, String named) {
        try {
            String name = ProjectImage.substituted(named);
            engine.requireImage(name);
            return name;
        } catch (RuntimeException e) {
            throw new EngineException(
                    "Cannot get the agent image \"" + named + "\", which the property " + PROPERTY + " names: "
                            + e.getMessage() + ". Load it into the engine, or remove the property.",
                    e);
        }
    }

    private String ours(DockerEngine engine) {
        AgentProgram program = AgentProgram.on(engine.architecture());
        return this == PLAIN
                ? load(engine, ProgramImage.of(REPOSITORY, program))
                : ProjectImage.build(engine, TOOLS_REPOSITORY, withTools(program));
    }

    /** What the image with iptables is built of; dev/guest names it, too, of the same files in the same order. */
    static Map<String, byte[]> withTools(AgentProgram program) {
        Map<String, byte[]> contents = new TreeMap<>(ResourceFolder.read(TOOLS_FOLDER));
        contents.put("faultline-agent", program.bytes());
        return contents;
    }

    /**
     * Loads an image into the engine if it does not have it yet. JVMs that do it at the same time all succeed, with the same
     * image.
     *
     * @return its name
     * @throws EngineException if the engine refuses it
     */
    static String load(DockerEngine engine, ProgramImage image) {
        String name = image.name();
        if (engine.hasImage(name)) {
            return name;
        }
        LOG.info("Loading {} into the Docker engine; this is done once", name);
        try {
            send(engine, image.archive());
            if (!engine.hasImage(name)) {
                throw new EngineException("it was taken without an error, and is not there");
            }
        } catch (RuntimeException e) {
            throw new EngineException(
                    "Cannot load the agent's image " + name + " into the Docker engine: " + e.getMessage()
                            + ". 'faultline doctor' examines the engine; an image that it has already is named with -D"
                            + PROPERTY + "=….",
                    e);
        }
        return name;
    }

    private static void send(DockerEngine engine, byte[] archive) {
        // An engine reports what went wrong in its answer, whose status is 200 by then.
        StringBuilder problem = new StringBuilder();
        ResultCallback.Adapter<LoadResponseItem> answer = new ResultCallback.Adapter<>() {
            @Override
            public void onNext(LoadResponseItem item) {
                if (item.isErrorIndicated() && item.getErrorDetail() != null) {
                    problem.append(item.getErrorDetail().getMessage());
                }
            }
        };
        try {
            boolean ended = engine.client()
                    .loadImageAsyncCmd(new ByteArrayInputStream(archive))
                    .exec(answer)
                    .awaitCompletion(LOAD_LIMIT.toSeconds(), TimeUnit.SECONDS);
            if (!ended) {
                throw new EngineException("that did not end within " + LOAD_LIMIT.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EngineException("interrupted", e);
        }
        if (!problem.isEmpty()) {
            throw new EngineException(problem.toString());
        }
    }
}
