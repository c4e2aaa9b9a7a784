package io.nearstream.chaos.fault;

/**
 * What a process holds on to, bytes.
 *
 * @param heap of Java's heap, after a full collection
 * @param classes of Java's metaspace: grows with every job that comes back and whose classes leak
 * @param resident of the machine's memory; a JVM that touches its heap for the first time grows
 */
public record MemoryUse(long heap, long classes, long resident) {}
