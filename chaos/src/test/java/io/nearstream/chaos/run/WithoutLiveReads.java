package io.nearstream.chaos.run;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A system that answers no live reads. Where all of it is one JVM, a live read that meets a state
 * which is being closed, after a kill, ends that JVM: RocksDB is native code.
 */
record WithoutLiveReads(Target inner) implements Target {
    @Override
    public List<String> stateAddresses() {
        return List.of();
    }

    @Override
    public String bootstrap() {
        return inner.bootstrap();
    }

    @Override
    public Set<FaultKind> kinds() {
        return inner.kinds();
    }

    @Override
    public List<Node> nodes() {
        return inner.nodes();
    }

    @Override
    public void kill(String node) throws IOException, InterruptedException {
        inner.kill(node);
    }

    @Override
    public void start(String node) throws IOException, InterruptedException {
        inner.start(node);
    }

    @Override
    public void pause(String node) throws IOException, InterruptedException {
        inner.pause(node);
    }

    @Override
    public void resume(String node) throws IOException, InterruptedException {
        inner.resume(node);
    }

    @Override
    public void rescale(int taskManagers) throws IOException, InterruptedException {
        inner.rescale(taskManagers);
    }

    @Override
    public int taskManagers() {
        return inner.taskManagers();
    }

    @Override
    public void savepoint() throws IOException, InterruptedException {
        inner.savepoint();
    }

    @Override
    public List<String> problems() {
        return inner.problems();
    }

    @Override
    public OptionalLong epoch() {
        return inner.epoch();
    }
}
