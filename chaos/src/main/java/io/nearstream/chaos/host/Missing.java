package io.nearstream.chaos.host;

import io.nearstream.chaos.fault.Node;
import io.nearstream.chaos.fault.Role;
import io.nearstream.chaos.fault.Target;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Nodes that a fault of the machine has ended, and nobody has started again. Stateless. */
final class Missing {
    private static final Logger LOG = LoggerFactory.getLogger(Missing.class);

    private Missing() {}

    /** Starts them, as whoever runs the system would. */
    static void start(Host host, Target target) throws IOException, InterruptedException {
        for (Node node : target.nodes()) {
            if (node.role() != Role.CLIENT && host.pid(node.name()).isEmpty()) {
                LOG.info("{} has ended, and is started again.", node.name());
                target.start(node.name());
            }
        }
    }
}
