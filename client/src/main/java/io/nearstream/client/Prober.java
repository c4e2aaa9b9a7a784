package io.nearstream.client;

import io.nearstream.core.model.Limits;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * Sends probes and hands back their answers. One thread reads one partition of {@code
 * nearstream.results.v1}, which every probe of this client names for its answer. Answers come at
 * least once; a repeat is dropped. A future ends at the probe's deadline and some grace with a
 * {@link java.util.concurrent.TimeoutException}. Thread-safe. Actions that depend on a future run
 * on the reading thread and must not block.
 */
public final class Prober {
    /** Time for the way there and back, on top of a probe's own deadline. */
    static final Duration GRACE = Duration.ofSeconds(5);

    private static final Duration ATTEMPT_MAX = Duration.ofSeconds(10);

    private final Requests<ProbeResult> requests;
    private final Duration grace;

    private Prober(Requests<ProbeResult> requests, Duration grace) {
        this.requests = requests;
        this.grace = grace;
    }

    static Prober start(
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> consumer,
            ClientOptions options,
            Duration grace) {
        return new Prober(
                Requests.start(
                        Requests.Kind.PROBES,
                        producer,
                        consumer,
                        options.random(),
                        options.probesPendingMax()),
                grace);
    }

    /** The partition of {@code nearstream.results.v1} that this client reads. */
    public int resultPartition() {
        return requests.resultPartition();
    }

    /** Sends a probe; see {@link #send(Probe)}. */
    public CompletableFuture<ProbeResult> send(ProbeRequest request) {
        return send(request.toProbe());
    }

    /**
     * Sends a probe under a new id and with this client's result partition; both replace what it
     * said. Blocks while too many probes are pending.
     *
     * @return the answer: complete, partial or refused
     */
    public CompletableFuture<ProbeResult> send(Probe probe) {
        Probe own = new Probe();
        for (int field = 0; field < probe.getSchema().getFields().size(); field++) {
            own.put(field, probe.get(field));
        }
        own.setId(requests.nextId());
        own.setResultPartition(requests.resultPartition());
        Long deadlineMs = probe.getDeadlineMs();
        // The job refuses a senseless deadline; its answer to that takes the grace alone.
        long waitMs =
                deadlineMs == null
                        ? Limits.DEFAULT.deadlineMs()
                        : Math.max(0, Math.min(deadlineMs, Limits.DEFAULT.deadlineMs()));
        return send(own, Duration.ofMillis(waitMs).plus(grace).toNanos());
    }

    /**
     * Sends a probe and waits for its answer, which is complete or partial.
     *
     * @throws NearstreamException if it is refused, or not answered in time
     */
    public ProbeResult ask(ProbeRequest request) {
        ProbeResult result = await(send(request));
        if (result.getStatus() == ProbeStatus.REFUSED) {
            throw new NearstreamException(
                    "The probe was refused (%s): %s"
                            .formatted(result.getReason(), result.getMessage()));
        }
        return result;
    }

    /**
     * Waits until the query job has applied every write of an append time, by asking it for that.
     *
     * @param vector some vector of the collection
     * @param appendTime milliseconds since 1970
     * @throws NearstreamException if it takes longer than {@code patience}
     */
    public void awaitVisible(String collection, byte[] vector, long appendTime, Duration patience) {
        long start = System.nanoTime();
        while (true) {
            Duration left = patience.minusNanos(System.nanoTime() - start);
            if (left.toMillis() < 1) {
                throw new NearstreamException(
                        "Collection '%s' does not show the writes up to append time %d within %d ms: is the ingest job running?"
                                .formatted(collection, appendTime, patience.toMillis()));
            }
            Duration deadline = left.compareTo(ATTEMPT_MAX) < 0 ? left : ATTEMPT_MAX;
            ProbeResult result =
                    ask(
                            ProbeRequest.nearest(collection, 1, List.of(vector))
                                    .probes(1)
                                    .atLeast(appendTime)
                                    .deadline(deadline));
            if (result.getStatus() == ProbeStatus.COMPLETE) {
                return;
            }
        }
    }

    private static ProbeResult await(CompletableFuture<ProbeResult> answer) {
        try {
            return answer.get();
        } catch (ExecutionException failed) {
            throw new NearstreamException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            throw Calls.interrupted("waiting for an answer", interrupted);
        }
    }

    private CompletableFuture<ProbeResult> send(Probe probe, long timeoutNanos) {
        String id = probe.getId();
        return requests.send(
                id,
                "Probe " + id,
                id.getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(probe),
                timeoutNanos);
    }

    /** Ends the reading thread and every pending probe. */
    void close() {
        requests.close();
    }
}
