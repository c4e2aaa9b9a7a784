package io.nearstream.migrate;

import io.nearstream.client.NearstreamException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.CloseableIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded job under way whose results come to this thread, then its counters. The job waits while
 * nobody takes its results. Its cluster ends with it, which Flink warns of: the last results then
 * come with the counters. Whether all came is for the caller to count. An interrupt ends the wait
 * for results; Flink's iterator swallows it, so a thread of its own waits there. Not thread-safe.
 */
final class StateRun implements Iterator<byte[]>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StateRun.class);
    private static final int CHUNK_RECORDS = 256;
    private static final long CHUNK_BYTES = 4 << 20;
    private static final Duration END = Duration.ofSeconds(30);

    /** While a job is waited for, its counters are looked at so often. */
    static final Duration POLL = Duration.ofMillis(500);

    /** Counts what a job has gathered before its first result. */
    static final String GATHERED = "gathered";

    private final JobClient job;
    private final CloseableIterator<byte[]> results;
    private final ExecutorService taking;
    private LongConsumer waiting;
    private Iterator<byte[]> chunk = Collections.emptyIterator();

    private StateRun(JobClient job, CloseableIterator<byte[]> results, LongConsumer soFar) {
        this.job = job;
        this.results = results;
        this.waiting = soFar;
        this.taking =
                Executors.newSingleThreadExecutor(
                        task -> {
                            Thread thread = new Thread(task, "nearstream-export-results");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Starts a job.
     *
     * @param soFar hears what is {@link #GATHERED} while its first result is waited for
     */
    static StateRun start(
            StreamExecutionEnvironment env,
            DataStream<byte[]> results,
            String name,
            LongConsumer soFar)
            throws Exception {
        CloseableIterator<byte[]> iterator = results.collectAsync();
        return new StateRun(env.executeAsync(name), iterator, soFar);
    }

    /**
     * Runs a job for its counters alone: how much each counted.
     *
     * @param soFar hears what all of them have, while the job runs
     */
    static Map<String, Long> count(
            StreamExecutionEnvironment env, DataStream<?> counted, String name, LongConsumer soFar)
            throws Exception {
        counted.sinkTo(new DiscardingSink<>());
        JobClient job = env.executeAsync(name);
        try {
            Map<String, Long> counts = new HashMap<>();
            await(job.getJobExecutionResult(), job, counter -> true, soFar)
                    .getAllAccumulatorResults()
                    .forEach((counter, value) -> counts.put(counter, (Long) value));
            return counts;
        } catch (InterruptedException interrupted) {
            job.cancel();
            awaitEnd(job);
            throw interrupted;
        }
    }

    /** The outcome of something that the job is busy with; says meanwhile how far it is. */
    private static <T> T await(
            Future<T> outcome, JobClient job, Predicate<String> counters, LongConsumer soFar)
            throws InterruptedException, ExecutionException {
        while (true) {
            try {
                return outcome.get(POLL.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException busy) {
                tell(job, counters, soFar);
            }
        }
    }

    private static void tell(JobClient job, Predicate<String> counters, LongConsumer soFar)
            throws InterruptedException {
        try {
            long sum = 0;
            for (Map.Entry<String, Object> counter :
                    job.getAccumulators().get(POLL.toMillis(), TimeUnit.MILLISECONDS).entrySet()) {
                if (counters.test(counter.getKey()) && counter.getValue() instanceof Long count) {
                    sum += count;
                }
            }
            soFar.accept(sum);
        } catch (ExecutionException | TimeoutException | IllegalStateException silent) {
            // It has just ended, its cluster with it, or is too busy to say: the outcome tells
            // what became of it.
            LOG.debug("Job {} does not say how far it is.", job.getJobID(), silent);
        }
    }

    /** Until it has ended, somehow: before, it writes to the scratch directory. */
    private static void awaitEnd(JobClient job) throws InterruptedException {
        try {
            job.getJobExecutionResult().get(END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CancellationException cancelledOrFailed) {
            // Whoever wanted its results was told.
            return;
        } catch (TimeoutException late) {
            throw new NearstreamException(
                    "Job %s does not end within %d s of being cancelled."
                            .formatted(job.getJobID(), END.toSeconds()),
                    late);
        }
    }

    @Override
    public boolean hasNext() {
        if (!chunk.hasNext()) {
            try {
                chunk = await(taking.submit(this::take), job, GATHERED::equals, waiting).iterator();
                waiting = gathered -> {}; // from now on results say how far it is
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new NearstreamException("The export was interrupted.", interrupted);
            } catch (ExecutionException failed) {
                throw new IllegalStateException(
                        "The results of job %s do not come.".formatted(job.getJobID()),
                        failed.getCause());
            }
        }
        return chunk.hasNext();
    }

    /** Some results; none at their end. */
    private List<byte[]> take() {
        List<byte[]> taken = new ArrayList<>();
        long bytes = 0;
        while (taken.size() < CHUNK_RECORDS && bytes < CHUNK_BYTES && results.hasNext()) {
            byte[] next = results.next();
            taken.add(next);
            bytes += next.length;
        }
        return taken;
    }

    @Override
    public byte[] next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return chunk.next();
    }

    /** The counters of the job, after its last result. */
    Counters counters() throws Exception {
        JobExecutionResult result = job.getJobExecutionResult().get();
        return new Counters(
                count(result, PartJoin.EXPIRED),
                count(result, PartJoin.WITHOUT_ROW),
                count(result, PartJoin.WITHOUT_PAYLOAD),
                result.getAllAccumulatorResults().get(PartJoin.FIRST) instanceof String text
                        ? text
                        : "");
    }

    private static long count(JobExecutionResult result, String name) {
        return result.getAllAccumulatorResults().get(name) instanceof Long value ? value : 0;
    }

    /**
     * What was not handed over.
     *
     * @param expired had expired
     * @param withoutRow lived, but had no row
     * @param withoutPayload lacked the payload that they are said to have
     * @param first what is wrong with one of the last two; empty if there are none
     */
    record Counters(long expired, long withoutRow, long withoutPayload, String first) {}

    /** Ends the job, if it has not ended, and waits until it has. */
    @Override
    public void close() throws Exception {
        // Where it is interrupted, Flink takes the job for ended and does not cancel it.
        boolean interrupted = Thread.interrupted();
        try {
            taking.shutdown();
            results.close();
            awaitEnd(job);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
