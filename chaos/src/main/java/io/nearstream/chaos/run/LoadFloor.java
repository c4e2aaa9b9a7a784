package io.nearstream.chaos.run;

/** The load below which a run proves nothing: operations a second, and the share answered. */
final class LoadFloor {
    static final double VECTOR_WRITES = 500;
    static final double KEY_OPERATIONS = 500;
    static final double PROBES = 50;
    static final double ANSWERED = 0.6;

    private LoadFloor() {}
}
