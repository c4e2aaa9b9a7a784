package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.Target;

/** A system whose nodes are threads of this JVM, and whose jobs have a fixed parallelism. */
interface ThreadsTarget extends Target, AutoCloseable {
    @Override
    default void pause(String node) {
        throw new UnsupportedOperationException("Threads cannot be stopped.");
    }

    @Override
    default void resume(String node) {
        throw new UnsupportedOperationException("Threads cannot be stopped.");
    }

    @Override
    default void rescale(int taskManagers) {
        throw new UnsupportedOperationException("The jobs have a fixed parallelism.");
    }
}
