package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.ClientOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.embedded.testing.Counted;
import io.nearstream.embedded.testing.Gaze;
import io.nearstream.embedded.testing.Keys;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.ingest.IngestJob;
import io.nearstream.jobs.query.QueryJob;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Both jobs with records and keys, of which one job will lose its newest state. What is written
 * <em>after</em> the savepoint replaces and deletes much of what was written <em>before</em> it,
 * and in between the first codebook is learned, so that every bucket is another one.
 */
final class Drill implements AutoCloseable {
    static final String COLLECTION = "drill";

    /** Name of the ingest job that takes the place of the one that was. */
    static final String INGEST_AGAIN = "ingest-again";

    static final int SUBTASKS = 2;
    static final int AFTER = 2_000;
    static final int BAD = 3;

    private static final int BEFORE = 400;
    private static final int IDS = 800;
    private static final int TRAIN_AFTER = 600;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** So that every record lies where the codebook that is compared with would place it. */
    private static final Map<String, String> ONE_GENERATION =
            Map.of("nearstream.ingest.generation-splits-max", "0");

    private final Counted counted = new Counted();
    private final EmbeddedNearstream nearstream;
    private final NearstreamClient client;
    private final RandomWrites records;
    private final Keys keys;

    private Drill(Path dir, SplittableRandom random) throws Exception {
        nearstream =
                EmbeddedNearstream.start(
                        EmbeddedOptions.in(dir)
                                .withCluster(2, 2, SUBTASKS)
                                .withOverrides(counted.with(ONE_GENERATION)));
        // A read waits behind the whole replay: what is drilled is what it shows, not how soon.
        client =
                NearstreamClient.connect(
                        ClientOptions.of(nearstream.bootstrap()).withKeyValues(PATIENCE, 10_000));
        records =
                new RandomWrites(
                        client.collections()
                                .create(RandomWrites.settings(COLLECTION, 8, TRAIN_AFTER)),
                        IDS,
                        random);
        keys = new Keys(client);
    }

    /** Starts, and writes what comes before the savepoint. */
    static Drill start(Path dir, SplittableRandom random) throws Exception {
        Drill drill = new Drill(dir, random);
        drill.records.send(drill.client, BEFORE);
        drill.keys.put("k", 0, 40, "old").awaitAppended();
        drill.look();
        drill.keys.assertRead(drill.client.keyValues().strong());
        return drill;
    }

    EmbeddedNearstream nearstream() {
        return nearstream;
    }

    NearstreamClient client() {
        return client;
    }

    RandomWrites records() {
        return records;
    }

    Keys keys() {
        return keys;
    }

    Counted counted() {
        return counted;
    }

    /** A savepoint of a job, which runs on and forgets nothing. */
    String savepoint(JobID job) {
        return nearstream.flink().savepoint(job, false);
    }

    /**
     * Writes what comes after the savepoint, and waits until the index has come to rest.
     *
     * @param noise keys that are written before those that matter
     * @return the version of every record that is live
     */
    Map<String, Long> writeAfter(int noise) throws Exception {
        records.send(client, AFTER);
        keys.put("noise", 0, noise, "noise")
                .put("k", 0, 10, "new")
                .delete("k", 10, 20)
                .put("k", 40, 50, "new")
                .awaitAppended();
        writeBad();
        records.awaitOutcome();
        client.collections().awaitSettled(COLLECTION, 1, PATIENCE);
        keys.assertRead(client.keyValues().strong());
        return look();
    }

    private void writeBad() throws Exception {
        try (var producer =
                new KafkaProducer<>(
                        Map.<String, Object>of("bootstrap.servers", nearstream.bootstrap()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer())) {
            byte[] key = (COLLECTION + "/bad").getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < BAD; i++) {
                producer.send(new ProducerRecord<>(TopicNames.VECTORS, key, new byte[] {1, 2}))
                        .get();
            }
        }
    }

    /** The version of every record that is live now. */
    Map<String, Long> look() throws Exception {
        return Gaze.look(client, COLLECTION, query(), records.awaitOutcome());
    }

    /** Some vector of the collection. */
    byte[] query() {
        return new byte[records.collection().vectorBytes()];
    }

    Gaze gaze() {
        return Gaze.at(client, COLLECTION, query());
    }

    /** Ends a job as an operator would who has given up its state. */
    void end(JobID job) throws InterruptedException {
        nearstream.flink().cancel(job);
    }

    /** Starts the ingest job, and does not wait for it. */
    JobID startIngest(Optional<String> savepoint) throws Exception {
        NamedJob job = new NamedJob(INGEST_AGAIN, IngestJob::jobGraph);
        return RunningJobs.start(nearstream, job, savepoint, SUBTASKS);
    }

    /** Starts the query job, and does not wait for it. */
    JobID startQuery(Optional<String> savepoint) throws Exception {
        NamedJob job = new NamedJob("query-again", QueryJob::jobGraph);
        return RunningJobs.start(nearstream, job, savepoint, SUBTASKS);
    }

    /** Nothing is lost, doubled or resurrected, and the jobs run as they were started. */
    void assertWhole(JobID ingest, JobID query) throws Exception {
        records.assertFound(client);
        keys.assertRead(client.keyValues().strong());
        assertThat(nearstream.flink().numRestarts(ingest)).isZero();
        assertThat(nearstream.flink().numRestarts(query)).isZero();
    }

    @Override
    public void close() {
        client.close();
        nearstream.close();
    }
}
