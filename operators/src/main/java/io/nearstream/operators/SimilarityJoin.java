package io.nearstream.operators;

import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.Visit;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.CellVisits;
import io.nearstream.operators.join.BucketRouting;
import io.nearstream.operators.join.DropLaterOperator;
import io.nearstream.operators.join.JoinTopology;
import io.nearstream.operators.join.PlaceOperator;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Joins streams of vectors by similarity: every pair within a distance, as soon as the watermark
 * has passed the later of the two, and that it is over when one of them is replaced, deleted or
 * expires.
 *
 * <pre>{@code
 * DataStream<Match> matches =
 *         SimilarityJoin.of(photos, uploads)              // or of(photos): with itself
 *                 .comparing(Metric.L2, Encoding.FLOAT32, 128)
 *                 .within(0.35)
 *                 .window(Duration.ofHours(1))
 *                 .cells(sample, 256)
 *                 .named("photos-uploads")
 *                 .matches();
 * }</pre>
 *
 * <p><b>Time.</b> Inputs have timestamps and watermarks; records of one id come in the order of
 * (timestamp, sequence), and one that is overtaken is left out. What is behind the watermark goes
 * to {@link JoinResult#late}. The order of the log of both sides is (timestamp, sequence, side,
 * id), and what is said does not depend on the order in which records arrive: a fold of the matches
 * with a time up to t is what brute force over the records up to t gives. Where one of two streams
 * has ended while the other is marked idle, all time has passed: what the other brings then waits
 * for a watermark that does not come. Do not mark a stream idle that is joined with a bounded one.
 *
 * <p><b>Exactness.</b> With cells and {@link #visiting visiting(1)} every pair is found, under L2,
 * cosine and Hamming distance; with less, most are, at a part of the cost: .5 finds .993 of the
 * near pairs of Fashion-MNIST with a quarter of the distances. Sets (Jaccard) are found by bands of
 * minimum hashes. Every pair that is found is within the distance; scores are exact.
 *
 * <p><b>State.</b> A record is kept until it is deleted, replaced or expires; with a window until
 * the window has passed. Without any of these the state grows with the stream. Exactly-once
 * checkpoints make each match come once to a transactional sink. Cells live as long as the state:
 * those of another sample are not used before it starts anew.
 *
 * <p>Sources: cells are those of k-means, visited by the generalised hyperplane bound (Uhlmann,
 * "Satisfying general proximity / similarity queries with metric trees", 1991); minimum hashes are
 * Broder's ("On the resemblance and containment of documents", 1997), computed by SuperMinHash
 * (Ertl 2017), banded as in Leskovec, Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3.
 *
 * <p>Not thread-safe; each call changes this object and returns it.
 */
public final class SimilarityJoin {
    private static final int HASH_BITS = 20;

    private final DataStream<JoinRecord> left;
    private final Optional<DataStream<JoinRecord>> right;
    private Metric metric = Metric.L2;
    private Encoding encoding = Encoding.FLOAT32;
    private int dimensions;
    private double eps = Double.NaN;
    private long windowMs = JoinRule.UNLIMITED;
    private double share = 1;
    private Optional<List<byte[]>> sample = Optional.empty();
    private int cells;
    private long seed = 1;
    private Optional<byte[]> given = Optional.empty();
    private Optional<Bands> bands = Optional.empty();
    private String name = "similarity-join";
    private long waitingBytes = JoinTopology.WAITING_BYTES_DEFAULT;
    private long cacheBytes = JoinTopology.CACHE_BYTES_DEFAULT;

    private record Bands(int tables, int hashes) {}

    private SimilarityJoin(DataStream<JoinRecord> left, Optional<DataStream<JoinRecord>> right) {
        this.left = left;
        this.right = right;
    }

    /** A join of two streams: pairs of a record of each. */
    public static SimilarityJoin of(DataStream<JoinRecord> left, DataStream<JoinRecord> right) {
        return new SimilarityJoin(left, Optional.of(right));
    }

    /** A join of a stream with itself. */
    public static SimilarityJoin of(DataStream<JoinRecord> stream) {
        return new SimilarityJoin(stream, Optional.empty());
    }

    /**
     * What is compared, and how.
     *
     * @param how L2, COSINE, HAMMING (of BINARY) or JACCARD (of SET64)
     * @param of the vectors of both sides
     * @param howMany 1 to 4,096
     */
    public SimilarityJoin comparing(Metric how, Encoding of, int howMany) {
        this.metric = how;
        this.encoding = of;
        this.dimensions = howMany;
        return this;
    }

    /**
     * The largest distance of a pair: Euclidean under L2, 1 - cosine similarity under COSINE (0 to
     * 2), differing bits under HAMMING, 1 - Jaccard similarity under JACCARD (below 1).
     */
    public SimilarityJoin within(double distance) {
        this.eps = distance;
        return this;
    }

    /** The largest difference of the times of a pair, 0 or more; without it there is none. */
    public SimilarityJoin window(Duration length) {
        this.windowMs = length.toMillis();
        return this;
    }

    /**
     * Divides the records among cells that are learned from a sample, when the job is made. Without
     * cells all records are in one bucket, on one subtask: for a few thousand records.
     *
     * @param vectors some hundred to some ten thousand, such as the stream will bring
     * @param wanted about 4 sqrt(n) for n records that are kept at a time, 1 or more
     */
    public SimilarityJoin cells(List<byte[]> vectors, int wanted) {
        this.sample = Optional.of(vectors);
        this.given = Optional.empty();
        this.bands = Optional.empty();
        this.cells = wanted;
        return this;
    }

    /** Divides the records among given cells; see {@link CellVisits#centroids}. */
    public SimilarityJoin cells(CellVisits known) {
        this.given = Optional.of(known.centroids());
        this.sample = Optional.empty();
        this.bands = Optional.empty();
        return this;
    }

    /**
     * How far a record looks into other cells, of the way that would find every pair: above 0, 1
     * (the default) finds all. Does not change with the state; may change between runs.
     */
    public SimilarityJoin visiting(double a) {
        this.share = a;
        return this;
    }

    /**
     * Divides sets among bands of minimum hashes, for JACCARD: a pair of similarity s is found with
     * a probability of about 1 - (1 - s^r)^L.
     *
     * @param tables L, 1 to 32: what a record costs goes with it
     * @param hashes r, 1 to 32: with few, unlike sets are compared; 20 tables of 5 find similarity
     *     .8 with .9996
     */
    public SimilarityJoin bands(int tables, int hashes) {
        this.bands = Optional.of(new Bands(tables, hashes));
        this.sample = Optional.empty();
        this.given = Optional.empty();
        return this;
    }

    /** Seed of cells and bands; 1 where nobody says so. */
    public SimilarityJoin seed(long number) {
        this.seed = number;
        return this;
    }

    /** The name in the job, with which the uids of the operators begin; permanent, and unique. */
    public SimilarityJoin named(String unique) {
        this.name = unique;
        return this;
    }

    /**
     * Bytes of the heap that each subtask may take: of records that wait for the watermark (beyond
     * that they wait in the state), and of buckets kept ready. 32 and 64 MiB where nobody says so.
     * A bucket in use lies on the heap as a whole, too.
     */
    public SimilarityJoin heap(long waiting, long buckets) {
        this.waitingBytes = waiting;
        this.cacheBytes = buckets;
        return this;
    }

    /** Adds the join to the job, without its side outputs. */
    public DataStream<Match> matches() {
        return all().output();
    }

    /** Adds the join to the job: all pairs. */
    public JoinResult<Match> all() {
        return result(0);
    }

    /**
     * Adds the join to the job: of the pairs of each record with earlier ones the k nearest, as of
     * its time. One that is taken back later is not made up for.
     *
     * @param k 1 or more; state of another number is refused
     */
    public JoinResult<Match> nearest(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, but was " + k + ".");
        }
        return result(k);
    }

    private JoinResult<Match> result(int nearest) {
        JoinRule rule = rule(true);
        JoinTopology topology = topology(rule, nearest);
        JoinInputs inputs = JoinInputs.of(left, right, rule, name);
        SingleOutputStreamOperator<Visit> placed = topology.place(inputs.changes(), false);
        SingleOutputStreamOperator<Match> matches =
                topology.pairs(placed)
                        .map(Match::of, MatchSerializer.TYPE)
                        .uid(name + ".matches.v1")
                        .name("Match");
        return new JoinResult<>(matches, Optional.empty(), late(rule, placed), inputs.refused());
    }

    /**
     * Adds the join to the job: the records that have no earlier one within the distance when they
     * begin, once the watermark has passed them; deletes are left out. A record that was dropped
     * still counts for those after it: of a chain of near ones the first remains.
     */
    public JoinResult<JoinRecord> deduplicated() {
        if (right.isPresent()) {
            throw new IllegalStateException(
                    "Only a join of one stream drops the later record of a pair: use of(stream).");
        }
        JoinRule rule = rule(false).withFirstOnly();
        JoinTopology topology = topology(rule, 0);
        JoinInputs inputs = JoinInputs.of(left, right, rule, name);
        SingleOutputStreamOperator<Visit> placed = topology.place(inputs.changes(), true);
        SingleOutputStreamOperator<JoinChange> kept =
                topology.dropLater(
                        placed.getSideOutput(PlaceOperator.LIVE), topology.pairs(placed));
        return new JoinResult<>(
                back(rule, kept, "kept"),
                Optional.of(back(rule, kept.getSideOutput(DropLaterOperator.DROPPED), "dropped")),
                late(rule, placed),
                inputs.refused());
    }

    private DataStream<JoinRecord> late(JoinRule rule, SingleOutputStreamOperator<Visit> placed) {
        return back(rule, placed.getSideOutput(PlaceOperator.LATE), "late");
    }

    private SingleOutputStreamOperator<JoinRecord> back(
            JoinRule rule, DataStream<JoinChange> of, String what) {
        return of.map(change -> ToChanges.back(rule, change), JoinRecordSerializer.TYPE)
                .uid(name + "." + what + ".v1")
                .name("Records " + what);
    }

    private JoinRule rule(boolean takesBack) {
        return new JoinRule(
                metric,
                encoding,
                dimensions,
                eps,
                right.isPresent(),
                windowMs,
                windowMs,
                takesBack);
    }

    private JoinTopology topology(JoinRule rule, int nearest) {
        BucketRouting chosen =
                sample.map(vectors -> learned(rule, vectors))
                        .or(() -> given.map(centroids -> BucketRouting.cells(centroids, share)))
                        .or(() -> bands.map(this::hashed))
                        .orElseGet(BucketRouting::single);
        chosen.open(rule); // what does not fit is refused here and not in a task
        return new JoinTopology(rule, chosen, name, waitingBytes, cacheBytes, nearest, "");
    }

    private BucketRouting learned(JoinRule rule, List<byte[]> vectors) {
        CellVisits trained =
                CellVisits.train(
                        rule.metric(), rule.encoding(), rule.dimensions(), vectors, cells, seed);
        return BucketRouting.cells(trained.centroids(), share);
    }

    private BucketRouting hashed(Bands of) {
        return BucketRouting.bands(of.tables(), of.hashes(), HASH_BITS, seed);
    }
}
