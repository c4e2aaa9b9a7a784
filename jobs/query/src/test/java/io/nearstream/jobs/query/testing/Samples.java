package io.nearstream.jobs.query.testing;

import io.nearstream.core.codes.CellCodes;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.core.partition.BucketSizes;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.NextGeneration;
import io.nearstream.core.similarity.Sets;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.gauge.GaugeSettings;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Collections, generations and records that tests share. */
public final class Samples {
    /** Key groups of every harness. */
    public static final int MAX_PARALLELISM = 128;

    public static final int DIMENSIONS = 4;
    private static final int CELLS = 12;
    private static final int TRAIN_AFTER = 200;

    /** Four floats, L2, learned cells. */
    public static final CollectionSettings PLACES =
            learned("places", 0x1234L, Metric.L2, Encoding.FLOAT32);

    /** Four floats, cosine, learned cells. */
    public static final CollectionSettings WORDS =
            learned("words", 0x5678L, Metric.COSINE, Encoding.FLOAT32);

    /** As many buckets as generation 0 of learned cells has. */
    public static final CollectionSettings SIGNS =
            new CollectionSettings(
                    "signs",
                    0x9abcL,
                    DIMENSIONS,
                    Metric.COSINE,
                    Encoding.FLOAT32,
                    BucketScheme.SIGN_PROJECTION,
                    4,
                    2,
                    7,
                    0.9,
                    TRAIN_AFTER,
                    CELLS);

    /** Generation 1, the same in every run. */
    public static final Generation PLACES_1 = train(PLACES);

    public static final Generation WORDS_1 = train(WORDS);

    /** Generation 2: some cells of generation 1 are split. */
    public static final Generation PLACES_2 = split(PLACES, PLACES_1);

    /** Generation 3: more are, perhaps such that generation 2 brought. */
    public static final Generation PLACES_3 = split(PLACES, PLACES_2);

    private static final int[] NO_BUCKETS = {};

    static {
        // Avro's builders trust our classes from here on.
        AvroWire.of(Probe.getClassSchema());
    }

    private Samples() {}

    /** Gauges so large a share of all probes, with slices of up to 64 records. */
    public static GaugeSettings gauge(double share) {
        return new GaugeSettings("query", share, 1_000, 64, 0, 10);
    }

    private static CollectionSettings learned(
            String name, long uid, Metric metric, Encoding encoding) {
        return new CollectionSettings(
                name,
                uid,
                DIMENSIONS,
                metric,
                encoding,
                BucketScheme.LEARNED,
                0,
                0,
                uid,
                0.9,
                TRAIN_AFTER,
                CELLS);
    }

    /** Generation 1 of a collection, from random vectors. */
    public static Generation train(CollectionSettings settings) {
        SplittableRandom random = new SplittableRandom(settings.uid());
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < TRAIN_AFTER; i++) {
            sample.add(vector(settings, random));
        }
        return CellCodes.train(settings, sample);
    }

    private static Generation split(CollectionSettings settings, Generation current) {
        SplittableRandom random = new SplittableRandom(current.number());
        List<NextGeneration.Placed> sample = new ArrayList<>();
        Map<Integer, Integer> counted = new HashMap<>();
        for (int i = 0; i < TRAIN_AFTER; i++) {
            byte[] vector = vector(random, settings.dimensions());
            int[] buckets = current.place("", vector);
            sample.add(new NextGeneration.Placed(vector, buckets));
            counted.merge(buckets[0], 1, Integer::sum);
        }
        BucketSizes sizes = BucketSizes.of(current, counted, TRAIN_AFTER, 1_000);
        return NextGeneration.after(settings, current, sample, sizes, 3).orElseThrow();
    }

    /** Four floats, not all 0. */
    public static byte[] vector(SplittableRandom random) {
        return vector(random, DIMENSIONS);
    }

    /** Floats, none of them 0. */
    public static byte[] vector(SplittableRandom random, int dimensions) {
        float[] values = new float[dimensions];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble(0.01, 1) * (random.nextBoolean() ? 1 : -1);
        }
        return Vectors.fromFloats(values);
    }

    /** A vector of a collection of floats, bits or sets. */
    public static byte[] vector(CollectionSettings settings, SplittableRandom random) {
        switch (settings.encoding()) {
            case BINARY:
                byte[] bits = new byte[settings.vectorBytes()];
                random.nextBytes(bits);
                return bits;
            case SET64:
                // So few different ones that random sets have some in common.
                long[] elements = random.longs(settings.dimensions(), 0, 20).toArray();
                return Sets.encode(elements, settings.dimensions());
            default:
                return vector(random, settings.dimensions());
        }
    }

    /** A version of partition 0: the append time tells it. */
    public static Version version(long time) {
        return new Version(time, 0, time);
    }

    /** A record that its reader has to place. */
    public static IndexChange upsert(
            CollectionSettings settings, String id, long time, byte[] vector) {
        return upsert(settings, id, time, vector, NO_BUCKETS, 0, 0);
    }

    /** A record with the buckets that a generation gives it. */
    public static IndexChange upsert(
            CollectionSettings settings,
            String id,
            long time,
            byte[] vector,
            int[] buckets,
            int generation,
            long generationHash) {
        return new IndexChange(
                new RecordKey(settings.uid(), id),
                false,
                version(time),
                vector,
                buckets,
                generation,
                generationHash,
                List.of(),
                new byte[0],
                time,
                IndexChange.NEVER);
    }

    /** The same record with a payload. */
    public static IndexChange withPayload(IndexChange change, byte[] payload) {
        return new IndexChange(
                change.key(),
                change.delete(),
                change.version(),
                change.vector(),
                change.buckets(),
                change.generation(),
                change.generationHash(),
                change.labels(),
                payload,
                change.eventTime(),
                change.expiresAt());
    }

    /** A probe for the ten nearest of one vector. */
    public static Probe.Builder probe(CollectionSettings settings, byte[] vector) {
        return Probe.newBuilder()
                .setId("p")
                .setCollection(settings.name())
                .setVectors(List.of(ByteBuffer.wrap(vector)));
    }

    /** A probe as Kafka gives it. */
    public static RawRecord raw(Probe probe, int partition, long offset, long appendTime) {
        return raw(probe.getId(), AvroWire.encode(probe), partition, offset, appendTime);
    }

    public static RawRecord raw(
            String key, byte[] value, int partition, long offset, long appendTime) {
        return new RawRecord(
                TopicNames.PROBES,
                partition,
                offset,
                appendTime,
                key.getBytes(StandardCharsets.UTF_8),
                value,
                false);
    }
}
