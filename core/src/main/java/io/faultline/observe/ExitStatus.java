package io.faultline.observe;

import java.util.Optional;

/**
 * How a container ended.
 *
 * @param oomKilled whether the kernel killed it for want of memory
 * @param lastLines the end of its log; empty if nothing can be read of it
 */
public record ExitStatus(int exitCode, boolean oomKilled, Optional<String> lastLines) {}
