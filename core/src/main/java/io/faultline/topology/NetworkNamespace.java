package io.faultline.topology;

/**
 * A Linux network namespace, and a process through which it can be entered.
 *
 * @param inode the namespace's identity for as long as it exists (namespaces(7))
 * @param pid a process in it, as the Docker host numbers processes
 */
public record NetworkNamespace(long inode, int pid) {}
