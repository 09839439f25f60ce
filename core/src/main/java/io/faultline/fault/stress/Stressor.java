package io.faultline.fault.stress;

import io.faultline.effect.AgentAction;
import io.faultline.effect.Count.EvidenceUnit;
import java.util.Map;

/**
 * What a resource of a container is stressed with from outside, by a child of the agent's that works within the container's
 * own limits and lets go as soon as the agent is gone.
 */
sealed interface Stressor extends AgentAction {

    @Override
    default String verb() {
        return "stress";
    }

    @Override
    Map<String, Object> request();

    /** What it does to what is counted. */
    EvidenceUnit unit();

    /** What it does to a container that people call so. */
    String summary(String place);

    /** Whether neither could tell its own part if both were put on the same container. */
    boolean contends(Stressor other);

    /** Whether processes of the container are to die of it. */
    default boolean isFatal() {
        return false;
    }

    /**
     * Its CPU time, taken by processes that compute.
     *
     * @param workers processes that do nothing but compute; 0 for as many as the container can run at a time
     */
    record Cpu(int workers) implements Stressor {

        @Override
        public Map<String, Object> request() {
            return Map.of("kind", "cpu", "workers", workers);
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.BURNT;
        }

        @Override
        public String summary(String place) {
            return "burn the CPU time of " + place + " with "
                    + (workers == 0 ? "as many processes as it can run at a time" : processes());
        }

        private String processes() {
            return workers == 1 ? "1 process" : workers + " processes";
        }

        @Override
        public boolean contends(Stressor other) {
            return other instanceof Cpu;
        }
    }

    /**
     * Its memory, up to a share of its limit.
     *
     * @param perMille how much of its limit is to be in use, by whomever; 0 where it is told by what is left
     * @param leavingBytes what is to be left of it
     */
    record Memory(int perMille, long leavingBytes) implements Stressor {

        @Override
        public Map<String, Object> request() {
            return Map.of("kind", "memory", "per_mille", perMille, "leaving", leavingBytes);
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.PRESSED;
        }

        @Override
        public String summary(String place) {
            return "take memory of " + place + " until "
                    + (perMille > 0 ? perMille / 10.0 + " % of its limit is in use" : leavingBytes + " B are left");
        }

        @Override
        public boolean contends(Stressor other) {
            return other instanceof Memory || other instanceof OutOfMemory;
        }
    }

    /** All memory, until the kernel kills a process of the container. */
    record OutOfMemory() implements Stressor {

        @Override
        public Map<String, Object> request() {
            return Map.of("kind", "oom");
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.KILLED;
        }

        @Override
        public String summary(String place) {
            return "take all memory of " + place + " until the kernel kills a process of it";
        }

        @Override
        public boolean contends(Stressor other) {
            return other instanceof Memory || other instanceof OutOfMemory;
        }

        @Override
        public boolean isFatal() {
            return true;
        }
    }

    /**
     * The room on one of its file systems.
     *
     * @param path a directory, as the container sees it
     * @param leavingBytes what stays free
     * @param atMostBytes what may be taken, of the Docker host's own file system too; 0 for so much of any other
     */
    record Disk(String path, long leavingBytes, long atMostBytes) implements Stressor {

        /** Behind a tmpfs this is the memory of the Docker host. */
        private static final long BY_DEFAULT = 1L << 30;

        @Override
        public Map<String, Object> request() {
            return Map.of(
                    "kind",
                    "disk",
                    "path",
                    path,
                    "leaving",
                    leavingBytes,
                    "at_most",
                    atMostBytes,
                    "by_default",
                    BY_DEFAULT);
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.FILLED;
        }

        @Override
        public String summary(String place) {
            return "fill " + path + " of " + place + (leavingBytes == 0 ? "" : " but for " + leavingBytes + " B");
        }

        @Override
        public boolean contends(Stressor other) {
            return other instanceof Disk disk && path.equals(disk.path);
        }
    }

    /**
     * The descriptors of its processes.
     *
     * @param leaving how many each can still open
     */
    record Descriptors(int leaving) implements Stressor {

        @Override
        public Map<String, Object> request() {
            return Map.of("kind", "descriptors", "leaving", leaving);
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.EXHAUSTED;
        }

        @Override
        public String summary(String place) {
            return "leave every process of " + place + " " + (leaving == 0 ? "no" : leaving) + " descriptor"
                    + (leaving == 1 ? "" : "s") + " to open";
        }

        @Override
        public boolean contends(Stressor other) {
            return other instanceof Descriptors;
        }
    }
}
