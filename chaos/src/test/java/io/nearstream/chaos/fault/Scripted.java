package io.nearstream.chaos.fault;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/** Notes what it is told to do; every fault of the kind {@link FaultKind#POISON} fails. */
final class Scripted implements Injector {
    final List<String> done = Collections.synchronizedList(new ArrayList<>());
    Runnable atEnd = () -> {};
    private final Set<FaultKind> kinds;

    Scripted(Set<FaultKind> kinds) {
        this.kinds = kinds;
    }

    @Override
    public Set<FaultKind> kinds() {
        return kinds;
    }

    @Override
    public void begin(Fault fault) throws IOException {
        done.add("begin " + fault.kind().key());
        if (fault.kind() == FaultKind.POISON) {
            throw new IOException("none left");
        }
    }

    @Override
    public void end(Fault fault) {
        done.add("end " + fault.kind().key());
        atEnd.run();
    }
}
