package io.faultline.observe;

/**
 * How a container ended.
 *
 * @param oomKilled whether the kernel killed it for want of memory
 * @param lastLines the end of its log
 */
public record ExitStatus(int exitCode, boolean oomKilled, String lastLines) {}
