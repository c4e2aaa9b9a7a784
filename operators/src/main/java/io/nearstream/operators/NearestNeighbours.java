package io.nearstream.operators;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.operators.join.JoinChangeSerializer;
import io.nearstream.operators.join.JoinTopology;
import io.nearstream.operators.join.PlaceOperator;
import io.nearstream.operators.nearest.NearestRouting;
import io.nearstream.operators.nearest.NearestTopology;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Gives each element of a stream the k nearest vectors of an index, which is a stream, too: upserts
 * and deletes by id.
 *
 * <pre>{@code
 * DataStream<Neighbours<Order>> enriched =
 *         NearestNeighbours.of(orders, products)
 *                 .floats(Order::embedding)
 *                 .comparing(Metric.COSINE, Encoding.FLOAT32, 128)
 *                 .k(5)
 *                 .named("orders-products")
 *                 .neighbours();
 * }</pre>
 *
 * <p><b>What an element sees.</b> Both streams have timestamps and watermarks. An element of time t
 * sees of each record the newest version with a time up to and including t, unless that is a delete
 * or has expired at t; equal times are ordered by sequence, and of equal sequences the first that
 * came counts. It comes out once, when the watermarks of <em>both</em> streams have passed t, with
 * t as its timestamp; the index changes nothing of it later. So the answers follow from the data
 * alone, not from the order of arrival, the parallelism or failures. An index whose watermark
 * stands still holds the elements up. A stream that may fall silent can be marked idle ({@code
 * withIdleness}): the other does not wait for it then, and an element sees what has come. What is
 * behind the watermark of its own stream takes no part, and goes to {@link NearestResult#late} or
 * {@link NearestResult#lateRecords}.
 *
 * <p><b>Exactness.</b> Distances are exact, and by default so are the answers. Records are divided
 * among buckets, by a hash of the vector ({@link #buckets}) or among cells that are learned from a
 * sample ({@link #cells}), and an element asks all of them; with {@link #within} only the cells
 * that may hold something as near as that, which loses nothing. {@link #visiting} asks a share of
 * the cells, the nearest, and may miss neighbours; how many it misses depends on the data and is
 * for its user to measure.
 *
 * <p><b>Cost.</b> An exact answer computes the distance to every record that is not ruled out by
 * its cell, and one message of a vector's size for each bucket that is asked. What comes back of a
 * bucket is k ids and distances at most.
 *
 * <p><b>State.</b> A record is kept until it is deleted, replaced or expires, by its own expiry or
 * {@link #keeping}; without these the index grows with its ids. Elements wait in the state from
 * their arrival until the watermarks have passed them. All is keyed state, made for RocksDB. {@link
 * #heap} bounds what waits on the heap and which buckets are kept ready, but not a bucket that is
 * in use: that one is read as a whole. So divide the index into so many buckets or cells that one
 * has some MiB (the gauge {@code largestBucketBytes} of {@code NAME.search.v1} says how large they
 * are); at 1.5 GiB a bucket ends the job, and their number is as permanent as the state.
 * Checkpoints must be aligned.
 *
 * <p><b>Changes.</b> Cells live as long as the state: those of another sample are not used before
 * it starts anew. k, the largest distance and the share may change with every run, for elements
 * that are read from then on. Those that wait in the state at the restart have partly been answered
 * already, by the k and the cells of before: with a larger k or distance they may miss neighbours.
 * To change these for all, stop the job with {@code --drain}, which leaves none that wait.
 *
 * <p>Sources: cells are those of k-means; those ruled out by a largest distance are so by the
 * generalised hyperplane bound (Uhlmann 1991), as in {@link SimilarityJoin}.
 *
 * <p>Not thread-safe; each call changes this object and returns it.
 *
 * @param <T> the elements
 */
public final class NearestNeighbours<T> {
    private static final int BUCKETS_DEFAULT = 16;

    private final DataStream<T> elements;
    private final DataStream<JoinRecord> index;
    private Optional<SerializableFunction<T, byte[]>> vectorOf = Optional.empty();
    private Metric metric = Metric.L2;
    private Encoding encoding = Encoding.FLOAT32;
    private int dimensions;
    private int k = 1;
    private double distanceMax = Double.POSITIVE_INFINITY;
    private long keptMs = JoinRecord.NEVER;
    private int buckets = BUCKETS_DEFAULT;
    private Optional<List<byte[]>> sample = Optional.empty();
    private int cells;
    private long seed = 1;
    private Optional<byte[]> given = Optional.empty();
    private double share = 1;
    private String name = "nearest-neighbours";
    private long waitingBytes = JoinTopology.WAITING_BYTES_DEFAULT;
    private long cacheBytes = JoinTopology.CACHE_BYTES_DEFAULT;

    private NearestNeighbours(DataStream<T> elements, DataStream<JoinRecord> index) {
        this.elements = elements;
        this.index = index;
    }

    /** Neighbours for a stream of elements, out of an index. */
    public static <T> NearestNeighbours<T> of(DataStream<T> stream, DataStream<JoinRecord> index) {
        return new NearestNeighbours<>(stream, index);
    }

    /** How the vector of an element is found, in the encoding of the index; never null. */
    public NearestNeighbours<T> vectors(SerializableFunction<T, byte[]> of) {
        this.vectorOf = Optional.of(of);
        return this;
    }

    /** The same of FLOAT32. */
    public NearestNeighbours<T> floats(SerializableFunction<T, float[]> of) {
        return vectors(element -> Vectors.fromFloats(of.apply(element)));
    }

    /**
     * What is compared, and how.
     *
     * @param how L2, COSINE, HAMMING (of BINARY) or JACCARD (of SET64)
     * @param of the vectors of both streams
     * @param howMany 1 to 4,096
     */
    public NearestNeighbours<T> comparing(Metric how, Encoding of, int howMany) {
        this.metric = how;
        this.encoding = of;
        this.dimensions = howMany;
        return this;
    }

    /** How many neighbours are wanted, 1 (the default) to 1,000. */
    public NearestNeighbours<T> k(int wanted) {
        this.k = wanted;
        return this;
    }

    /** The largest distance of a neighbour, 0 or more; without it there is none. */
    public NearestNeighbours<T> within(double distance) {
        this.distanceMax = distance;
        return this;
    }

    /** A version of a record expires when it is so old, if not before; more than 0. */
    public NearestNeighbours<T> keeping(Duration age) {
        if (age.toMillis() < 1) {
            throw new IllegalArgumentException(
                    "Records must be kept for 1 millisecond or more, but for %s.".formatted(age));
        }
        this.keptMs = age.toMillis();
        return this;
    }

    /**
     * Divides the records by a hash of their vectors; the default, with 16. Under any metric, and
     * without a sample.
     *
     * @param count 1 to 1,024, some times the parallelism; as permanent as the state
     */
    public NearestNeighbours<T> buckets(int count) {
        this.buckets = count;
        this.sample = Optional.empty();
        this.given = Optional.empty();
        return this;
    }

    /**
     * Divides the records among cells that are learned from a sample, when the job is made. Under
     * L2, COSINE and HAMMING.
     *
     * @param vectors some hundred to some ten thousand, such as the index will bring
     * @param wanted about sqrt(n) for n records that are kept at a time, 1 or more
     */
    public NearestNeighbours<T> cells(List<byte[]> vectors, int wanted) {
        this.sample = Optional.of(vectors);
        this.given = Optional.empty();
        this.cells = wanted;
        return this;
    }

    /** Divides the records among given cells; see {@link CellVisits#centroids}. */
    public NearestNeighbours<T> cells(CellVisits known) {
        this.given = Optional.of(known.centroids());
        this.sample = Optional.empty();
        return this;
    }

    /**
     * The share of the cells that an element asks at most, the nearest ones: above 0, 1 (the
     * default) for all, which misses nothing. Needs cells.
     */
    public NearestNeighbours<T> visiting(double ofCells) {
        this.share = ofCells;
        return this;
    }

    /** Seed of cells; 1 where nobody says so. */
    public NearestNeighbours<T> seed(long number) {
        this.seed = number;
        return this;
    }

    /** The name in the job, with which the uids of the operators begin; permanent, and unique. */
    public NearestNeighbours<T> named(String unique) {
        this.name = unique;
        return this;
    }

    /**
     * Bytes of the heap that each subtask may take: of records and probes that wait for the
     * watermark (beyond that they wait in the state), and of buckets kept ready. 32 and 64 MiB
     * where nobody says so. A bucket in use lies on the heap as a whole, too.
     */
    public NearestNeighbours<T> heap(long waiting, long ready) {
        this.waitingBytes = waiting;
        this.cacheBytes = ready;
        return this;
    }

    /** Adds the search to the job, without its side outputs. */
    public DataStream<Neighbours<T>> neighbours() {
        return all().output();
    }

    /** Adds the search to the job. */
    public NearestResult<T> all() {
        SerializableFunction<T, byte[]> vector =
                vectorOf.orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "Nothing says how the vector of an element is found: use vectors(...) or floats(...)."));
        JoinRule space = NearestTopology.space(metric, encoding, dimensions);
        NearestTopology topology =
                new NearestTopology(
                        space, routing(space), k, distanceMax, name, waitingBytes, cacheBytes);
        SingleOutputStreamOperator<JoinChange> changes = changes(space);
        SingleOutputStreamOperator<Visit> placed = topology.place(changes, keptMs);
        TypeInformation<T> type = elements.getType();
        OutputTag<T> late = new OutputTag<>("late-elements", type);
        OutputTag<T> refused = new OutputTag<>("refused-elements", type);
        SingleOutputStreamOperator<Tuple3<Long, Integer, T>> asking =
                topology.ask(elements, vector, late, refused);
        return new NearestResult<>(
                topology.neighbours(placed, asking, type),
                asking.getSideOutput(late),
                asking.getSideOutput(refused),
                placed.getSideOutput(PlaceOperator.LATE)
                        .map(change -> ToChanges.back(space, change), JoinRecordSerializer.TYPE)
                        .uid(name + ".late-records.v1")
                        .name("Records late"),
                changes.getSideOutput(ToChanges.REFUSED));
    }

    private SingleOutputStreamOperator<JoinChange> changes(JoinRule space) {
        return index.process(new ToChanges(space, JoinRule.LEFT), JoinChangeSerializer.TYPE)
                .uid(name + ".index.v1")
                .name("Check records");
    }

    private NearestRouting routing(JoinRule space) {
        Optional<byte[]> centroids =
                sample.map(
                                vectors ->
                                        CellVisits.train(
                                                        space.metric(),
                                                        space.encoding(),
                                                        space.dimensions(),
                                                        vectors,
                                                        cells,
                                                        seed)
                                                .centroids())
                        .or(() -> given);
        if (centroids.isPresent()) {
            return new NearestRouting.Cells(centroids.get(), share, distanceMax);
        }
        if (share != 1) {
            throw new IllegalStateException(
                    "A share of %s may be asked of cells only: use cells(...), or ask all."
                            .formatted(share));
        }
        return new NearestRouting.Flat(buckets);
    }
}
