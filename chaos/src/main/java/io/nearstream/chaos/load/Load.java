package io.nearstream.chaos.load;

import io.nearstream.chaos.fault.Addresses;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.client.ClientOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValues;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.CollectionSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * All clients of a run. They attempt what their options say, whatever becomes of it. Thread-safe
 * but for {@link #stop}.
 */
public final class Load implements AutoCloseable {
    /** An operation ends by itself at its deadline and the client's grace; this is more. */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** Whoever attempts so much beside the system that it attacks must not take its processor. */
    private static final Duration LINGER = Duration.ofMillis(50);

    private final LoadOptions options;
    private final Addresses target;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Generator> generators = new ArrayList<>();
    private final Skew skew = new Skew();
    private final Recent recent = new Recent();
    private volatile double factor = 1;

    private Load(LoadOptions options, Addresses target) {
        this.options = options;
        this.target = target;
    }

    /**
     * Starts all clients, and returns when all are connected.
     *
     * @param collection that is written and searched
     * @param seed of all that they draw
     */
    public static Load start(
            LoadOptions options,
            Addresses target,
            Journal journal,
            History.Subject subject,
            CollectionSettings collection,
            long seed)
            throws InterruptedException {
        Load load = new Load(options, target);
        Content content = new Content(subject.seed());
        SplittableRandom random = new SplittableRandom(seed);
        int own = options.ids() / 2 / options.clients();
        for (int i = 0; i < options.clients(); i++) {
            load.add(
                    "writer-" + i,
                    new VectorLoad(
                            load.caller("writer-" + i, journal),
                            collection,
                            content,
                            load.recent,
                            load.skew,
                            "own-" + i + "-",
                            options.ids() / 2,
                            own),
                    options.vectorWrites(),
                    random);
            load.add(
                    "keys-" + i,
                    new KeyLoad(
                            load.caller("keys-" + i, journal),
                            content,
                            load.skew,
                            subject.keyPrefix(),
                            options.keys(),
                            !target.stateAddresses().isEmpty()),
                    options.keyOperations(),
                    random);
            load.add(
                    "prober-" + i,
                    new ProbeLoad(
                            load.caller("prober-" + i, journal),
                            collection.name(),
                            content,
                            load.recent,
                            options.k(),
                            options.deadline()),
                    options.probes(),
                    random);
        }
        for (Caller caller : load.callers) {
            caller.awaitOpen(GRACE);
        }
        load.generators.forEach(Generator::start);
        return load;
    }

    private Caller caller(String name, Journal journal) {
        Caller caller =
                new Caller(journal, Connection.open(name, this::open, options.renewAfter()));
        callers.add(caller);
        return caller;
    }

    private void add(
            String name, Consumer<SplittableRandom> sender, int rate, SplittableRandom random) {
        generators.add(
                new Generator(
                        name,
                        sender,
                        (double) rate / options.clients(),
                        () -> factor,
                        random.split()));
    }

    private Connection.Opened open() {
        NearstreamClient client = connect(target, options.deadline());
        KeyValues keys = client.keyValues();
        List<String> state = target.stateAddresses();
        Optional<KeyValueReader> live =
                state.isEmpty()
                        ? Optional.empty()
                        : Optional.of(keys.live(LiveReadOptions.of(state)));
        return new Connection.Opened(client, keys.strong(), live);
    }

    /** A client as the load has them. */
    public static NearstreamClient connect(Addresses target, Duration deadline) {
        return NearstreamClient.connect(
                ClientOptions.of(target.bootstrap())
                        .withLingers(LINGER, LINGER)
                        .withRequestTimeout(deadline)
                        .withKeyValues(deadline, 10_000));
    }

    /** Whether a few records and keys get most of the load. */
    public void setHot(boolean hot) {
        skew.setHot(hot);
    }

    /** Multiplies the rate of every client; 1 is what the options say. */
    public void setFactor(double times) {
        factor = times;
    }

    /** Of the first writer, for writes beside its own. */
    Caller anyWriter() {
        return callers.get(0);
    }

    Recent recent() {
        return recent;
    }

    /** How often clients were given up and opened anew. */
    public int renewals() {
        return callers.stream().mapToInt(Caller::renewals).sum();
    }

    /** What has ended so far of each client. */
    public List<Served> served() {
        return callers.stream().map(Caller::served).toList();
    }

    /** Sends nothing more, and returns when everything has been answered or given up. */
    public void stop() throws InterruptedException {
        for (Generator generator : generators) {
            generator.close();
        }
        for (Caller caller : callers) {
            if (!caller.awaitQuiet(options.deadline().plus(GRACE))) {
                throw new IllegalStateException(
                        "Operations are neither answered nor given up %s after their deadline."
                                .formatted(GRACE));
            }
        }
    }

    /** Ends the clients; what they have under way is written down as unknown. */
    @Override
    public void close() {
        callers.forEach(Caller::close);
    }
}
