package io.faultline.fault.packet;

import io.faultline.effect.Count.EvidenceUnit;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What becomes of the packets that a rule is about. */
public sealed interface PacketAction {

    /** What is counted. */
    EvidenceUnit unit();

    /** In words that end before the packets: {@code drop}. */
    String describe();

    /** Whether no packet at all gets through. */
    default boolean isTotal() {
        return this instanceof Dropped;
    }

    private static String percent(double probability) {
        return new DecimalFormat("0.######", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(probability * 100)
                + " %";
    }

    /** Swallowed: senders see timeouts, connections stall. */
    record Dropped() implements PacketAction {

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.DROPPED;
        }

        @Override
        public String describe() {
            return "drop";
        }
    }

    /** Refused with ICMP "port unreachable", which a connecting TCP client sees as refused. */
    record Rejected() implements PacketAction {

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.REJECTED;
        }

        @Override
        public String describe() {
            return "reject";
        }
    }

    /** TCP is refused with a reset, which ends connections that are open too; all else as if {@link Rejected}. */
    record Reset() implements PacketAction {

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.REJECTED;
        }

        @Override
        public String describe() {
            return "reset";
        }
    }

    /** Each dropped by chance, independently of the others; the kernel draws, and takes no seed. */
    record LostAtRandom(double probability) implements PacketAction {

        // The kernel's resolution is 31 bits; what rounds to 0 would lose nothing.
        private static final double LEAST = 1e-8;

        /** @throws IllegalArgumentException unless 0.00000001 <= probability <= 1 */
        public LostAtRandom {
            if (!(probability >= LEAST && probability <= 1)) { // NaN is neither
                throw new IllegalArgumentException(
                        "A loss of " + percent(probability) + " cannot be had: name 0.000001 to 100 %.");
            }
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.LOST;
        }

        @Override
        public String describe() {
            return "lose " + percent(probability) + " of";
        }
    }

    /**
     * Of every so many packets certain ones are dropped, the same ones each time round.
     *
     * @param positions which ones, from 1
     */
    record LostByPattern(int every, List<Integer> positions) implements PacketAction {

        /** @throws IllegalArgumentException unless there is a position, and each is from 1 to {@code every} */
        public LostByPattern {
            positions = positions.stream().sorted().distinct().toList();
            if (every < 1) {
                throw new IllegalArgumentException(
                        "There is no loss of one in " + every + " packets: name 1 for each, 2 for each second one.");
            }
            boolean outside = positions.stream().anyMatch(position -> position < 1 || position > every);
            if (positions.isEmpty() || outside) {
                throw new IllegalArgumentException("Of every " + every + " packets the ones numbered " + positions
                        + " cannot be lost: name at least one, each from 1 to " + every + ".");
            }
        }

        /**
         * Of every 100 packets exactly so many are dropped; which ones, the seed decides.
         *
         * @throws IllegalArgumentException unless 1 <= percent <= 100
         */
        public static LostByPattern seeded(int percent, long seed) {
            if (percent < 1 || percent > 100) {
                throw new IllegalArgumentException(
                        "A loss of " + percent + " % of every 100 packets cannot be had: name 1 to 100 %.");
            }
            List<Integer> all =
                    new ArrayList<>(IntStream.rangeClosed(1, 100).boxed().toList());
            Collections.shuffle(all, new Random(seed));
            return new LostByPattern(100, all.subList(0, percent));
        }

        @Override
        public EvidenceUnit unit() {
            return EvidenceUnit.LOST;
        }

        @Override
        public String describe() {
            return "lose "
                    + positions.stream().limit(5).map(String::valueOf).collect(Collectors.joining(", "))
                    + (positions.size() > 5 ? ", …" : "") + " of every " + every + " packets of";
        }
    }
}
