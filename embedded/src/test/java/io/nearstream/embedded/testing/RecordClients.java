package io.nearstream.embedded.testing;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.keyvalue.Condition;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Version;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.embedded.testing.RegisterHistory.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Clients that write and delete the same records at random and read them with {@code STRONG} probes
 * until they are stopped, and the history of each record: to its clients it is one register. A
 * record's value is its vector's first number. Half of the reads fetch one id; the others are
 * searches that must find every record there is, one read of each.
 */
public final class RecordClients {
    private static final String COLLECTION = "registers";
    private static final int DIMENSIONS = 4;
    private static final int END_TIMEOUT_S = 90;

    /** All records lie within this distance of the origin: numbers stay below 2^24. */
    private static final double EVERYTHING = 1e9;

    private final NearstreamClient[] clients;
    private final CollectionSettings collection;
    private final Function<ProbeRequest, ProbeRequest> consistency;
    private final List<RegisterHistory> histories;
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger values = new AtomicInteger();
    private final AtomicLong reads = new AtomicLong();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * Clients that do nothing yet; makes the collection.
     *
     * @param records how many
     * @param consistency of the probes: what the histories are to prove
     * @param clients one each; they stay open
     */
    public RecordClients(
            int records,
            Function<ProbeRequest, ProbeRequest> consistency,
            NearstreamClient... clients) {
        this.clients = clients;
        this.consistency = consistency;
        this.collection =
                clients[0]
                        .collections()
                        .create(
                                CollectionSettings.learned(
                                        COLLECTION, 1, DIMENSIONS, Metric.L2, Encoding.FLOAT32));
        this.histories =
                IntStream.range(0, records).mapToObj(record -> new RegisterHistory(clock)).toList();
    }

    /** Starts them. */
    public void start(SplittableRandom random) {
        for (int client = 0; client < clients.length; client++) {
            int number = client;
            SplittableRandom own = random.split();
            running.add(
                    CompletableFuture.runAsync(
                            () -> runUntilStopped(number, own),
                            task -> new Thread(task, "record-client-" + number).start()));
        }
    }

    private void runUntilStopped(int client, SplittableRandom random) {
        while (!stopping) {
            int record = random.nextInt(histories.size());
            switch (random.nextInt(6)) {
                case 0, 1 -> put(client, record);
                case 2 -> delete(client, record);
                case 3 -> readAll(client);
                default -> read(client, record);
            }
        }
    }

    private void put(int client, int record) {
        int value = values.incrementAndGet();
        RegisterHistory.Call call =
                histories.get(record).put(client, Integer.toString(value), Condition.NONE);
        byte[] vector = Vectors.fromFloats(value, 1, 1, 1);
        write(
                call,
                () ->
                        clients[client]
                                .writer()
                                .upsert(VectorUpsert.of(collection, "r" + record, vector)),
                receipt ->
                        Optional.of(
                                new Version(
                                        receipt.appendTime(),
                                        receipt.partition(),
                                        receipt.offset())));
    }

    private void delete(int client, int record) {
        RegisterHistory.Call call = histories.get(record).delete(client, Condition.NONE);
        write(
                call,
                () -> clients[client].writer().delete(COLLECTION, "r" + record),
                receipt -> Optional.empty());
    }

    /** Over once it is acknowledged: from then on every probe must show it. */
    private static void write(
            RegisterHistory.Call call,
            Supplier<CompletableFuture<WriteReceipt>> send,
            Function<WriteReceipt, Optional<Version>> version) {
        try {
            WriteReceipt receipt = send.get().get(END_TIMEOUT_S, TimeUnit.SECONDS);
            call.end(Answer.applied(version.apply(receipt)));
        } catch (Exception failed) {
            throw new IllegalStateException("A write was not acknowledged.", failed);
        }
    }

    private void read(int client, int record) {
        RegisterHistory.Call call = histories.get(record).read(client);
        ProbeResult result =
                ask(client, ProbeRequest.fetch(COLLECTION, List.of("r" + record)).withVectors());
        if (result.getStatus() == ProbeStatus.COMPLETE) {
            call.end(answer(result.getAnswers().get(0).getHits()));
            reads.incrementAndGet();
        }
    }

    private void readAll(int client) {
        List<RegisterHistory.Call> calls =
                histories.stream().map(history -> history.read(client)).toList();
        ProbeResult result =
                ask(
                        client,
                        ProbeRequest.within(
                                        COLLECTION,
                                        EVERYTHING,
                                        List.of(Vectors.fromFloats(0, 0, 0, 0)))
                                .exhaustive()
                                .withVectors());
        if (result.getStatus() == ProbeStatus.COMPLETE) {
            Map<String, List<Hit>> found =
                    result.getAnswers().get(0).getHits().stream()
                            .collect(Collectors.groupingBy(Hit::getId));
            for (int record = 0; record < calls.size(); record++) {
                calls.get(record).end(answer(found.getOrDefault("r" + record, List.of())));
            }
            reads.incrementAndGet();
        }
    }

    private ProbeResult ask(int client, ProbeRequest request) {
        return clients[client]
                .prober()
                .ask(consistency.apply(request).deadline(Duration.ofSeconds(30)));
    }

    private static Answer answer(List<Hit> hits) {
        if (hits.size() > 1) {
            throw new IllegalStateException("One record was found twice: " + hits);
        }
        if (hits.isEmpty()) {
            return Answer.missing();
        }
        Hit hit = hits.get(0);
        byte[] vector = new byte[hit.getVector().remaining()];
        hit.getVector().duplicate().get(vector);
        int value = (int) Vectors.value(Encoding.FLOAT32, vector, 0, 0);
        return Answer.found(
                new Version(
                        hit.getVersionTime(), hit.getVersionPartition(), hit.getVersionOffset()),
                Integer.toString(value));
    }

    /** Returns once so many more probes were answered than now. */
    public void awaitMoreReads(long more) throws Exception {
        long until = reads.get() + more;
        Await.until(
                more + " more probes are answered",
                () ->
                        reads.get() >= until
                                || running.stream()
                                        .anyMatch(CompletableFuture::isCompletedExceptionally));
        for (CompletableFuture<Void> one : running) {
            if (one.isCompletedExceptionally()) {
                one.get();
            }
        }
    }

    /** Ends them; a failure of theirs is thrown here. */
    public void stop() throws Exception {
        stopping = true;
        for (CompletableFuture<Void> one : running) {
            one.get(END_TIMEOUT_S, TimeUnit.SECONDS);
        }
    }

    /** The calls of each record. */
    public List<List<RegisterHistory.Operation>> histories() {
        return histories.stream().map(RegisterHistory::operations).toList();
    }
}
