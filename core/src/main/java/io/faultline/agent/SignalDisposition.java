package io.faultline.agent;

import com.google.gson.annotations.SerializedName;

/** A process, and what it does with the signal. */
public record SignalDisposition(
        int pid,
        String name,
        String command,
        boolean catches,
        boolean ignores,
        boolean blocks,
        @SerializedName("waits_in") String waitsIn) {}
