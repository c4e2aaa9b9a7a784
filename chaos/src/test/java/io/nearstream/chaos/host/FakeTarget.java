package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Target;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Notes what it is told to do. */
final class FakeTarget implements Target {
    final List<String> done = Collections.synchronizedList(new ArrayList<>());
    private final List<Node> nodes;

    FakeTarget(Node... nodes) {
        this.nodes = List.of(nodes);
    }

    @Override
    public Set<FaultKind> kinds() {
        return Set.of();
    }

    @Override
    public List<Node> nodes() {
        return nodes;
    }

    @Override
    public String bootstrap() {
        return "";
    }

    @Override
    public List<String> stateAddresses() {
        return List.of();
    }

    @Override
    public void kill(String node) {
        done.add("kill " + node);
    }

    @Override
    public void start(String node) {
        done.add("start " + node);
    }

    @Override
    public void pause(String node) {
        done.add("pause " + node);
    }

    @Override
    public void resume(String node) {
        done.add("resume " + node);
    }

    @Override
    public void rescale(int taskManagers) {
        done.add("rescale " + taskManagers);
    }

    @Override
    public int taskManagers() {
        return nodes.size();
    }

    @Override
    public void savepoint() {
        done.add("savepoint");
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public OptionalLong epoch() {
        return OptionalLong.of(1);
    }
}
