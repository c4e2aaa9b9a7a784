package io.nearstream.chaos.fault;

/** A process of the system, by a name that outlives its restarts. */
public record Node(String name, Role role) {}
