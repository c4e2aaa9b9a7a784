package io.nearstream.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/**
 * The first contact with a broker. Says in seconds, and in one line, that nothing answers, where
 * Kafka's own clients would go on trying.
 */
public final class Bootstrap {
    /** A listener that is there may be a broker on a busy machine: it gets more time to answer. */
    private static final int HANDSHAKE_FACTOR = 3;

    private static final String WHAT_TO_DO =
            "Start a server with './nearstream serve', or give the address of one with --bootstrap HOST:PORT.";

    private Bootstrap() {}

    /**
     * An admin client of a broker that has answered; the caller closes it.
     *
     * @param bootstrap {@code HOST:PORT}, several separated by commas
     * @param timeout to be listened to; a listener gets three times as long to answer
     * @throws NearstreamException if nothing answers in time
     */
    public static Admin connect(String bootstrap, Duration timeout) {
        requireListener(bootstrap, timeout);
        return shakeHands(bootstrap, timeout.multipliedBy(HANDSHAKE_FACTOR));
    }

    private static Admin shakeHands(String bootstrap, Duration timeout) {
        Admin admin = Admin.create(KafkaSettings.admin(bootstrap, timeout));
        try {
            admin.describeCluster().nodes().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return admin;
        } catch (ExecutionException | TimeoutException failure) {
            admin.close(Duration.ZERO);
            throw new NearstreamException(
                    "No Kafka broker answers at %s within %d ms, though something listens there. %s"
                            .formatted(bootstrap, timeout.toMillis(), WHAT_TO_DO),
                    failure);
        } catch (InterruptedException interrupted) {
            admin.close(Duration.ZERO);
            throw Calls.interrupted("connecting to " + bootstrap, interrupted);
        }
    }

    /**
     * Fails unless the broker has these topics.
     *
     * @throws NearstreamException that names one which is missing
     */
    public static void requireTopics(Admin admin, Set<String> topics, Duration timeout) {
        Set<String> existing =
                Calls.await(admin.listTopics().names().toCompletionStage(), timeout, "list topics");
        for (String topic : topics) {
            if (!existing.contains(topic)) {
                throw new NearstreamException(
                        "The broker has no topic '%s': run './nearstream topics create', or start './nearstream serve'."
                                .formatted(topic));
            }
        }
    }

    private static void requireListener(String bootstrap, Duration timeout) {
        List<String> failures = new ArrayList<>();
        for (InetSocketAddress address : parse(bootstrap)) {
            try (Socket socket = new Socket()) {
                socket.connect(address, (int) timeout.toMillis());
                return;
            } catch (IOException refused) {
                failures.add(address.getHostString() + ":" + address.getPort());
            }
        }
        throw new NearstreamException(
                "Nothing answers at %s. %s".formatted(String.join(", ", failures), WHAT_TO_DO));
    }

    static List<InetSocketAddress> parse(String bootstrap) {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (String address : bootstrap.split(",")) {
            InetSocketAddress parsed = HostPort.parse("bootstrap", address);
            addresses.add(new InetSocketAddress(parsed.getHostString(), parsed.getPort()));
        }
        return addresses;
    }
}
