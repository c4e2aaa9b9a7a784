package io.nearstream.chaos.fault;

/** What a process of the system is there for. */
public enum Role {
    BROKER,
    JOBMANAGER,
    TASKMANAGER,
    CLIENT
}
