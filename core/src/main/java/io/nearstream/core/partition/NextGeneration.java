package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Makes the generation after a learned one: overfull cells go, cells learned from what lies in them
 * come, nearly empty cells go, all others stay as they are. Calibrated anew on records as they will
 * lie: those of the cells that went where the new generation places them, all others where they
 * are. Deterministic for the settings' seed and the sample. The bound of lengths under inner
 * product stays, as a new one would move every centroid; so the bucket beyond it is never split.
 */
public final class NextGeneration {
    /** New cells are to be fuller than the target by this: they will not all be equally full. */
    private static final double NEW_OF_TARGET = 0.75;

    /** Sampled records that a new cell is learned from, at least. */
    private static final int SAMPLED_LEAST = 4;

    /** Calibrating compares so many records with every query. */
    private static final int CALIBRATED_ON = 16_384;

    private static final int QUERIES_MAX = 400;
    private static final int QUERIES_SHARE = 10;

    private final CollectionSettings settings;
    private final int number;
    private final Cells before;
    private final List<Placed> sample;
    private final StableRandom random;

    private NextGeneration(
            CollectionSettings settings, Generation current, Cells before, List<Placed> sample) {
        this.settings = settings;
        this.number = current.number() + 1;
        this.before = before;
        this.sample = sample;
        this.random = new StableRandom(settings.seed() + number);
    }

    /**
     * A live record of the sample.
     *
     * @param vector as it was accepted
     * @param buckets where it lies, home first
     */
    public record Placed(byte[] vector, int[] buckets) {}

    /**
     * The next generation.
     *
     * @param current learned, of a number above 0
     * @param sample live records in an order that is always the same
     * @param sizes of the current generation's cells
     * @param splitsMax cells that are split, at most
     * @return empty where no cell is to go: none is nearly empty, and none is overfull or too few
     *     records of them were sampled
     */
    public static Optional<Generation> after(
            CollectionSettings settings,
            Generation current,
            List<Placed> sample,
            BucketSizes sizes,
            int splitsMax) {
        if (!(current.buckets() instanceof Cells cells)) {
            throw new IllegalArgumentException(
                    "Only learned buckets are split, but %s has none.".formatted(current));
        }
        return new NextGeneration(settings, current, cells, sample)
                .without(sizes.overfull(splitsMax), sizes.sparse(), sizes)
                .map(next -> current.code().map(next::withCode).orElse(next));
    }

    private Optional<Generation> without(int[] overfull, int[] sparse, BucketSizes sizes) {
        Optional<Codebook> added = divided(overfull, sizes);
        IntStream going = added.isPresent() ? IntStream.of(overfull) : IntStream.empty();
        Set<Integer> gone =
                IntStream.concat(going, IntStream.of(sparse)).boxed().collect(Collectors.toSet());
        return gone.isEmpty() ? Optional.empty() : Optional.of(generation(gone, added, sizes));
    }

    /** Cells learned from what lies in overfull ones; empty where it cannot be divided. */
    private Optional<Codebook> divided(int[] overfull, BucketSizes sizes) {
        Set<Integer> going = new HashSet<>();
        double wanted = 0;
        double each = Math.max(BucketSizes.ENTRIES_LEAST / 2, NEW_OF_TARGET * sizes.target());
        for (int bucket : overfull) {
            going.add(bucket);
            wanted += Math.max(2, Math.round(sizes.entriesOf(bucket) / each));
        }
        byte[][] inside =
                sample.stream()
                        .filter(record -> going.contains(record.buckets()[0]))
                        .map(record -> before.space().point(record.vector()))
                        .toArray(byte[][]::new);
        int room = CollectionSettings.CELLS_MAX - before.codebook().cells() + going.size();
        int cells = (int) Math.min(Math.min(wanted, room), inside.length / SAMPLED_LEAST);
        if (cells <= going.size()) {
            return Optional.empty();
        }
        Codebook added = KMeans.train(before.space(), inside, cells, random).codebook();
        // Equal vectors cannot be divided.
        return added.cells() <= going.size() ? Optional.empty() : Optional.of(added);
    }

    private Generation generation(Set<Integer> going, Optional<Codebook> added, BucketSizes sizes) {
        Cells plain = cells(going, added, sizes.records());
        int[] order = random.permutation(sample.size());
        byte[][] news =
                IntStream.of(order)
                        .limit(Closure.VECTORS_MAX)
                        .mapToObj(i -> sample.get(i).vector())
                        .filter(vector -> !plain.space().isBeyond(vector))
                        .map(plain.space()::point)
                        .toArray(byte[][]::new);
        Cells cells =
                new Cells(
                        plain.space(),
                        plain.codebook(),
                        Closure.choose(plain, news, settings),
                        plain.history());
        return new Generation(settings, number, cells, Optional.of(calibrate(cells, order)));
    }

    /** The cells that stay and the new ones, grouped anew. */
    private Cells cells(Set<Integer> going, Optional<Codebook> added, long live) {
        CellHistory old = before.history();
        int more = added.map(Codebook::cells).orElse(0);
        int pointBytes = before.space().pointBytes();
        List<byte[]> points = new ArrayList<>();
        List<Integer> ids = new ArrayList<>();
        List<byte[]> gone = new ArrayList<>();
        List<Integer> goneIds = new ArrayList<>();
        for (int position = 0; position < old.ids().length; position++) {
            boolean goes = going.contains(old.ids()[position]);
            (goes ? gone : points).add(point(before.codebook(), position, pointBytes));
            (goes ? goneIds : ids).add(old.ids()[position]);
        }
        for (int position = 0; position < more; position++) {
            points.add(point(added.get(), position, pointBytes));
            ids.add(old.next() + position);
        }
        int groups = Math.max(1, (int) Math.round(Math.sqrt(points.size())));
        byte[][] centroids = points.toArray(byte[][]::new);
        KMeans.Trained grouped = KMeans.train(before.space(), centroids, groups, random);
        int[] byGroup =
                IntStream.range(0, centroids.length)
                        .boxed()
                        .sorted((a, b) -> Integer.compare(grouped.homes()[a], grouped.homes()[b]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int[] groupSizes = new int[grouped.codebook().cells()];
        IntStream.of(grouped.homes()).forEach(group -> groupSizes[group]++);
        Codebook codebook =
                new Codebook(
                        before.space(),
                        joined(IntStream.of(byGroup).mapToObj(i -> centroids[i]).toList()),
                        IntStream.of(groupSizes).filter(size -> size > 0).toArray());
        CellHistory history =
                new CellHistory(
                        IntStream.of(byGroup).map(ids::get).toArray(),
                        old.beyond(),
                        old.next() + more,
                        live,
                        with(old.retired(), goneIds.stream().mapToInt(id -> id).toArray()),
                        with(old.retiredBy(), filled(gone.size(), number)),
                        with(old.existing(), filled(gone.size(), old.next())),
                        joined(List.of(old.retiredCentroids(), joined(gone))));
        return new Cells(before.space(), codebook, before.closure(), history);
    }

    private static byte[] point(Codebook codebook, int position, int pointBytes) {
        int from = position * pointBytes;
        return Arrays.copyOfRange(codebook.centroids(), from, from + pointBytes);
    }

    private static byte[] joined(List<byte[]> parts) {
        byte[] all = new byte[parts.stream().mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    private static int[] with(int[] values, int[] more) {
        return IntStream.concat(IntStream.of(values), IntStream.of(more)).toArray();
    }

    private static int[] filled(int count, int value) {
        int[] values = new int[count];
        Arrays.fill(values, value);
        return values;
    }

    private Calibration calibrate(Cells cells, int[] order) {
        int count = Math.min(order.length, CALIBRATED_ON);
        int queries = Math.max(1, Math.min(QUERIES_MAX, count / QUERIES_SHARE));
        List<byte[]> vectors = sample.stream().map(Placed::vector).toList();
        int[] some = Arrays.copyOf(order, count);
        Replay.Sample split = Replay.Sample.of(cells.space(), vectors, some, queries);
        return Replay.calibrate(
                cells.space(), split, cells, i -> lies(cells, sample.get(some[queries + i])));
    }

    /** Where a record lies once the entries of the cells that went have been moved. */
    private static int[] lies(Cells cells, Placed record) {
        return IntStream.of(record.buckets()).anyMatch(cells::leaves)
                ? cells.place("", record.vector())
                : record.buckets();
    }
}
