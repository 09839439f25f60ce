package io.faultline.scenario.report;

import java.util.List;

/** What is drawn side by side with others over the same time: one fault, one probe, the client, the
 * calls of one process, one container's output. */
record Lane(Sort sort, String name, List<Band> bands, List<Mark> marks) {

    enum Sort {
        FAULT("fault"),
        PROBE("probe"),
        CLIENT("seen"),
        CALLS("calls"),
        LOG("log");

        private final String label;

        Sort(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }

    Lane {
        bands = List.copyOf(bands);
        marks = List.copyOf(marks);
    }
}
