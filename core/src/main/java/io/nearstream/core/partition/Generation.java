package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.CoarseCode;
import io.nearstream.core.similarity.VectorSpace;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A version of how a collection is divided into buckets. Generation 0 needs no data: a few flat
 * buckets that every probe visits (learned buckets), or the seeded family itself. Generation 1
 * comes from {@link GenerationTrainer}, later ones, which split overfull buckets, from {@link
 * NextGeneration}. A bucket's id means the same in all generations that have it, and is never given
 * to another. Vectors given to it were accepted by {@link
 * io.nearstream.core.similarity.VectorSpace#check}. Immutable and thread-safe.
 */
public final class Generation {
    /** Buckets of generation 0 of a collection with learned buckets; their ids are -1 to -16. */
    public static final int FLAT_BUCKETS = 16;

    /** How many samples a collection is taken to hold when {@link #probes} is not told. */
    private static final double LIVE_ASSUMED = 2.5;

    private static final byte[] NO_CODE = {};

    private final CollectionSettings settings;
    private final int number;
    private final Buckets buckets;
    private final Optional<Calibration> calibration;
    private final byte[] code;
    private final byte[] bytes;
    private final long hash;
    private final Optional<CoarseCode> plainCode;
    private final Map<Class<?>, Object> derived = new ConcurrentHashMap<>();

    Generation(
            CollectionSettings settings,
            int number,
            Buckets buckets,
            Optional<Calibration> calibration) {
        this(settings, number, buckets, calibration, NO_CODE);
    }

    /**
     * @param code parameters of the code, taken as they are; empty where there are none
     */
    Generation(
            CollectionSettings settings,
            int number,
            Buckets buckets,
            Optional<Calibration> calibration,
            byte[] code) {
        this.settings = settings;
        this.number = number;
        this.buckets = buckets;
        this.calibration = calibration;
        this.code = code;
        this.bytes = GenerationFormat.write(settings, number, buckets, calibration, code);
        long hashed = StableHash.of(bytes, 0, bytes.length);
        this.hash = number == 0 ? 0 : hashed == 0 ? 1 : hashed;
        this.plainCode = CoarseCode.of(VectorSpace.of(settings));
    }

    /** Generation 0 of a collection. */
    public static Generation initial(CollectionSettings settings) {
        Buckets buckets =
                settings.buckets().isSeeded() ? SeededTables.of(settings) : new FlatBuckets();
        return new Generation(settings, 0, buckets, Optional.empty());
    }

    /**
     * Reads what {@link #toBytes} wrote for a collection of the same settings.
     *
     * @throws IllegalArgumentException saying what is wrong with the bytes
     */
    public static Generation fromBytes(CollectionSettings settings, byte[] bytes) {
        return GenerationFormat.read(settings, bytes);
    }

    /** The generation in its versioned binary format. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /**
     * The same generation with the parameters of the code that its cells keep of a vector. A later
     * generation has those of the one before it: cells go on to hold codes that were made by them.
     *
     * @param parameters from {@code io.nearstream.core.codes}
     */
    public Generation withCode(byte[] parameters) {
        return new Generation(settings, number, buckets, calibration, parameters.clone());
    }

    /** Whether cells keep codes: {@link #code} has its parameters. Costs nothing. */
    public boolean isCoded() {
        return code.length > 0;
    }

    /** A copy of the parameters of the code; empty where cells keep the vectors themselves. */
    public Optional<byte[]> code() {
        return isCoded() ? Optional.of(code.clone()) : Optional.empty();
    }

    /** 0, 1, ... */
    public int number() {
        return number;
    }

    /** A hash of {@link #toBytes} that is the same in every JVM; 0 for generation 0 only. */
    public long hash() {
        return hash;
    }

    /** The buckets that a vector is stored in: home first, without duplicates. */
    public int[] place(String id, byte[] vector) {
        return buckets.place(id, vector);
    }

    /**
     * The buckets to visit for a query, nearest first; more than {@link #bucketCount} are never
     * needed. A larger count only appends, except that in a seeded family a count of {@link
     * #bucketCount} visits every bucket of one table, {@link #all}.
     *
     * @param count at least 1
     */
    public int[] probe(byte[] query, int count) {
        if (count < 1) {
            throw new IllegalArgumentException(
                    "probes must be at least 1, but was %d.".formatted(count));
        }
        return buckets.probe(query, Math.min(count, buckets.count()));
    }

    /** Buckets that an exhaustive probe visits. */
    public int bucketCount() {
        return buckets.count();
    }

    /** The buckets of an exhaustive probe: together they hold every vector. */
    public int[] all() {
        return buckets.all();
    }

    /** Whether the number of probes for a target recall is known from a sample. */
    public boolean calibrated() {
        return calibration.isPresent();
    }

    /** {@link #probes(double, int, long)} for a collection that has outgrown its sample. */
    public int probes(double targetRecall, int k) {
        long sample = calibration.map(Calibration::sampleSize).orElse(0);
        long live = buckets.live();
        return probes(targetRecall, k, live > 0 ? live : (long) (LIVE_ASSUMED * sample));
    }

    /**
     * How many buckets to visit for a recall. Under MinHash, for every target below 1, the query's
     * bucket of each table: no other is likelier than the rest, so the recall is what the tables
     * give.
     *
     * @param targetRecall above 0; from 1 on, and without calibration, all buckets
     * @param k neighbours that are asked for
     * @param live vectors in the collection, about
     */
    public int probes(double targetRecall, int k, long live) {
        if (targetRecall < 1 && !widens()) {
            return buckets.homes();
        }
        if (calibration.isEmpty() || targetRecall >= 1) {
            return bucketCount();
        }
        boolean seeded = settings.buckets().isSeeded();
        return Math.min(bucketCount(), calibration.get().probes(targetRecall, k, live, seeded));
    }

    /** Whether a probe that needs more neighbours finds them in buckets further on. */
    public boolean widens() {
        return buckets.homes() == 0;
    }

    /** Whether a bucket of an older generation is gone, so that its entries must move. */
    public boolean leaves(int bucket) {
        return buckets.leaves(bucket);
    }

    /**
     * The cells that generations after the one of this number have split; of all generations for 0.
     * Their entries move to where this generation places them.
     */
    public int[] retiredAfter(int generation) {
        return buckets.retiredAfter(generation);
    }

    /**
     * Of the cells that {@link #retiredAfter} names, those that a probe of so many buckets would
     * visit were they not split. While they hold entries it visits them besides.
     *
     * @param count buckets of the probe, at least 1
     */
    public int[] probeRetired(byte[] query, int count, int generation) {
        return buckets.probeRetired(query, Math.min(count, buckets.count()), generation);
    }

    /** Records that the collection held when this was made, about; 0 where nobody counted. */
    public long live() {
        return buckets.live();
    }

    /**
     * The centroid of a bucket, one value per dimension, under cosine among vectors of length 1;
     * also of a cell that was split. Empty for a bucket that has none: a flat one, a seeded one,
     * one of a later generation, that of vectors beyond the bound.
     */
    public Optional<float[]> centroid(int bucket) {
        return buckets.centroid(bucket);
    }

    /** Whether a bucket has a {@link #centroid}. */
    public boolean hasCentroid(int bucket) {
        return buckets.hasCentroid(bucket);
    }

    /**
     * Codes that filter what a bucket holds without loss; empty where they would save nothing, and
     * until they are made.
     */
    public Optional<CoarseCode> coarseCode() {
        return plainCode.isPresent() ? plainCode : buckets.coarseCode();
    }

    /**
     * Goes on with the codes of an earlier generation where they are made and good enough, so that
     * {@link #coarseCode} stays the same object and nothing is coded again. To be called before
     * anything is asked for. Answers do not depend on it.
     */
    public void keepCodesOf(Generation before) {
        buckets.keepAxes(before.buckets);
    }

    /**
     * What others prepare once for this generation, by its class; kept as long as it is, or until
     * {@link #forgetDerived}.
     */
    public <T> T derived(Class<T> type, Supplier<T> make) {
        return type.cast(derived.computeIfAbsent(type, unknown -> make.get()));
    }

    /** Nobody will search it any more: what was prepared for it takes no room. */
    public void forgetDerived() {
        derived.clear();
    }

    Buckets buckets() {
        return buckets;
    }

    @Override
    public String toString() {
        return "generation %d of %s, %d buckets".formatted(number, settings.name(), bucketCount());
    }
}
