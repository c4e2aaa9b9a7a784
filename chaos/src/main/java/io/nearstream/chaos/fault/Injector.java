package io.nearstream.chaos.fault;

import java.util.Set;

/** Does some kinds of faults and undoes them. Thread-safe; of a lane, one fault at a time. */
public interface Injector {
    /** The kinds that it can do here. */
    Set<FaultKind> kinds();

    /** Does it; returns when it is in force. */
    void begin(Fault fault) throws Exception;

    /** Undoes it. */
    void end(Fault fault) throws Exception;
}
