package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.embedded.EmbeddedFlink;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.JobID;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The floor of the transport: a job that copies one topic to another and keeps nothing. Records of
 * the workload's keys and sizes go in, and the time counts until they come out. Uses two topics of
 * its own, which it makes and removes.
 */
final class PassThrough {
    static final String IN = "nearstream-bench.pass-in";
    static final String OUT = "nearstream-bench.pass-out";

    /** What the latency of records one at a time is called. */
    static final String ONE_BY_ONE = "one_in_flight_ms";

    /** As the topics of the key-value store. */
    private static final int PARTITIONS = 4;

    private static final Duration RUNNING_WITHIN = Duration.ofMinutes(1);

    /** Enough for percentiles; at the transport's pace more would take minutes. */
    private static final long IN_FLIGHT_RECORDS_MAX = 50_000;

    private static final int FLOOD_RECORDS_MAX = 200_000;
    private static final long PRODUCER_BYTES = 64L << 20;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int REQUEST_BYTES_MAX = 4 << 20;

    private final KeySpace keys;
    private final KvLoad load;
    private final String bootstrap;

    private PassThrough(KeySpace keys, KvLoad load, String bootstrap) {
        this.keys = keys;
        this.load = load;
        this.bootstrap = bootstrap;
    }

    /**
     * Measures it on a cluster that has a slot free for every subtask.
     *
     * @param samples records one at a time
     */
    static YardstickFigures measure(
            KvLoad load,
            int samples,
            EmbeddedFlink flink,
            String bootstrap,
            int parallelism,
            BenchProgress progress)
            throws IOException, InterruptedException {
        try (Admin admin =
                Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            await(
                    admin.createTopics(List.of(topic(IN), topic(OUT))).all(),
                    "create the topics " + IN + " and " + OUT);
            try {
                JobGraph graph =
                        PassThroughJob.graph(
                                flink.configuration(), bootstrap, IN, OUT, parallelism);
                JobID job = flink.submit(graph);
                try {
                    flink.awaitRunning(job, RUNNING_WITHIN);
                    KeySpace keys = new KeySpace("user", load.records(), 0, load.valueBytes());
                    return new PassThrough(keys, load, bootstrap).measure(samples, progress);
                } finally {
                    flink.cancel(job);
                }
            } finally {
                await(admin.deleteTopics(List.of(IN, OUT)).all(), "delete " + IN + " and " + OUT);
            }
        }
    }

    private static NewTopic topic(String name) {
        return new NewTopic(name, PARTITIONS, (short) 1)
                .configs(Map.of("max.message.bytes", Integer.toString(REQUEST_BYTES_MAX)));
    }

    private YardstickFigures measure(int samples, BenchProgress progress)
            throws InterruptedException {
        int flood = Math.min(FLOOD_RECORDS_MAX, load.records());
        long closed = Math.min(IN_FLIGHT_RECORDS_MAX, load.operations());
        try (Echoes echoes = new Echoes(bootstrap, OUT);
                Producer<byte[], byte[]> bulk = producer(true);
                Producer<byte[], byte[]> prompt = producer(false)) {
            send(
                    echoes,
                    prompt,
                    warmUp(closed),
                    load.inFlight(),
                    "pass through, warm up",
                    progress);
            Echoes.Pass all = send(echoes, bulk, flood, flood, "pass through, all", progress);
            Echoes.Pass some =
                    send(echoes, prompt, closed, load.inFlight(), "pass through", progress);
            Echoes.Pass single =
                    send(echoes, prompt, samples, 1, "pass through, one by one", progress);
            return new YardstickFigures(
                    some.perSecond(),
                    Map.of("all", some.latency()),
                    Map.of("records_per_s", all.perSecond()),
                    Map.of(ONE_BY_ONE, single.latency()),
                    0,
                    0);
        }
    }

    private static long warmUp(long records) {
        return Math.max(1, records / 2);
    }

    private Echoes.Pass send(
            Echoes echoes,
            Producer<byte[], byte[]> producer,
            long count,
            int inFlight,
            String name,
            BenchProgress progress)
            throws InterruptedException {
        try (BenchProgress.Stage stage = progress.begin(name, OptionalLong.of(count))) {
            echoes.begin((int) count, inFlight);
            for (int i = 0; i < count; i++) {
                int key = i % load.records();
                byte[] value = Values.encode(i, 1, load.valueBytes());
                echoes.sending(i);
                producer.send(
                        new ProducerRecord<>(
                                IN, keys.name(key).getBytes(StandardCharsets.UTF_8), value),
                        (metadata, failure) -> {
                            if (failure != null) {
                                echoes.failed(failure);
                            }
                        });
                stage.to(i);
            }
            return echoes.end();
        }
    }

    /** As the client's two producers: one gathers batches, the other lets nothing wait. */
    private Producer<byte[], byte[]> producer(boolean bulk) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BYTES);
        settings.put(ProducerConfig.LINGER_MS_CONFIG, bulk ? 5 : 0);
        if (bulk) {
            settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
            settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        } else {
            settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        }
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void await(KafkaFuture<Void> call, String what) throws InterruptedException {
        Waiting.await(call.toCompletionStage().toCompletableFuture(), what);
    }
}
