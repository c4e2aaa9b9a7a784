package io.nearstream.bench.join;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.Exact;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.similarity.VectorSpace;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * All pairs of a set of vectors within a distance, found by comparing every vector with every
 * other; nearest first. Immutable.
 */
public final class NearPairs {
    private static final String HEADER = "# all pairs of %d vectors within %s";
    private static final int HEADER_ROWS = 4;
    private static final int HEADER_WITHIN = 7;

    /** Rows that are compared with all others to guess how far to look. */
    private static final int SAMPLE = 256;

    private static final int SAMPLE_NEAREST = 64;

    /** How many times more pairs than wanted a first guess aims at. */
    private static final int SLACK = 2;

    private static final double WIDER = 1.2;
    private static final int ROWS_AT_A_TIME = 512;

    /** Rows that every other vector is compared with while it is in the processor's cache. */
    private static final int ROWS_TOGETHER = 32;

    /** Kernels round; what is this near to the limit is measured in float64. */
    private static final double DOUBT = 1e-4;

    private final int vectors;
    private final double within;
    private final List<Near> pairs;

    /** A pair of row numbers, the lesser first. */
    private record Near(int one, int other, double distance) {}

    private NearPairs(int vectors, double within, List<Near> pairs) {
        this.vectors = vectors;
        this.within = within;
        this.pairs = new ArrayList<>(pairs);
        this.pairs.sort(Comparator.comparingDouble(Near::distance));
    }

    /** Compares all with all, on all processors. */
    public static NearPairs within(
            VectorSpace space, List<byte[]> vectors, double distance, BenchProgress progress) {
        List<Near> found = new ArrayList<>();
        try (BenchProgress.Stage stage =
                progress.begin("true pairs", OptionalLong.of(vectors.size()))) {
            // The longest rows first: the processors end together.
            for (int end = vectors.size(); end > 0; end -= ROWS_AT_A_TIME) {
                int last = end;
                IntStream.range(0, ROWS_AT_A_TIME / ROWS_TOGETHER)
                        .parallel()
                        .map(tile -> last - (tile + 1) * ROWS_TOGETHER)
                        .mapToObj(
                                from ->
                                        ofRows(
                                                space,
                                                vectors,
                                                Math.max(0, from),
                                                from + ROWS_TOGETHER,
                                                distance))
                        .toList()
                        .forEach(found::addAll);
                stage.to(vectors.size() - Math.max(0, end - ROWS_AT_A_TIME));
            }
        }
        return new NearPairs(vectors.size(), distance, found);
    }

    /**
     * The same within a distance that more than so many pairs lie in, but not many times more.
     *
     * @param count at least 1, and less than there are pairs
     */
    public static NearPairs atLeast(
            VectorSpace space, List<byte[]> vectors, int count, BenchProgress progress) {
        long all = vectors.size() * (vectors.size() - 1L) / 2;
        if (count < 1 || count >= all) {
            throw new IllegalArgumentException(
                    "Pairs wanted must be between 1 and %d, but were %d."
                            .formatted(all - 1, count));
        }
        double distance = guess(space, vectors, count);
        NearPairs found = within(space, vectors, distance, progress);
        while (found.pairs.size() <= count) {
            distance = distance == 0 ? Double.MIN_NORMAL : distance * WIDER;
            found = within(space, vectors, distance, progress);
        }
        return found;
    }

    private static double guess(VectorSpace space, List<byte[]> vectors, int count) {
        int rows = Math.min(SAMPLE, vectors.size());
        double[] nearest =
                IntStream.range(0, rows)
                        .parallel()
                        .map(i -> (int) ((long) i * vectors.size() / rows))
                        .mapToObj(row -> nearest(space, vectors, row))
                        .flatMapToDouble(Arrays::stream)
                        .sorted()
                        .toArray();
        // A pair is in the rows of both of its vectors.
        long rank = 2L * SLACK * count * rows / vectors.size();
        return space.distance(nearest[(int) Math.min(nearest.length - 1, rank)]);
    }

    private static double[] nearest(VectorSpace space, List<byte[]> vectors, int row) {
        VectorSpace.Query query = space.query(vectors.get(row));
        double[] scores = new double[vectors.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = i == row ? Double.MAX_VALUE : score(space, query, vectors.get(i));
        }
        Arrays.sort(scores);
        return Arrays.copyOf(scores, Math.min(SAMPLE_NEAREST, scores.length - 1));
    }

    private static double score(VectorSpace space, VectorSpace.Query query, byte[] vector) {
        return space.score(query, vector, 0, space.inverseNorm(vector, 0));
    }

    /** The pairs of rows with those before them. */
    private static List<Near> ofRows(
            VectorSpace space, List<byte[]> vectors, int from, int end, double distance) {
        double doubtful = space.score(distance * (1 + DOUBT));
        List<VectorSpace.Query> queries =
                IntStream.range(from, Math.max(from, end))
                        .mapToObj(row -> space.query(vectors.get(row)))
                        .toList();
        List<Near> found = new ArrayList<>();
        for (int i = 0; i < end; i++) {
            byte[] vector = vectors.get(i);
            for (int row = Math.max(from, i + 1); row < end; row++) {
                if (score(space, queries.get(row - from), vector) <= doubtful) {
                    double exact = exact(space, vectors.get(row), vector);
                    if (exact <= distance) {
                        found.add(new Near(i, row, exact));
                    }
                }
            }
        }
        return found;
    }

    private static double exact(VectorSpace space, byte[] one, byte[] other) {
        return Exact.distance(
                space.metric(),
                VectorBytes.decode(one, space.encoding()),
                VectorBytes.decode(other, space.encoding()));
    }

    /** How many there are. */
    public int size() {
        return pairs.size();
    }

    /**
     * Those within a distance.
     *
     * @throws IllegalArgumentException if nobody looked as far
     */
    public TruePairs cut(double eps) {
        if (!(eps <= within)) {
            throw new IllegalArgumentException(
                    "The true pairs are known within %s, but eps is %s. Remove their file."
                            .formatted(within, eps));
        }
        return new TruePairs(
                eps,
                pairs.stream()
                        .takeWhile(pair -> pair.distance() <= eps)
                        .mapToLong(pair -> TruePairs.pair(pair.one(), pair.other()))
                        .toArray());
    }

    /**
     * The nearest ones, and those as near as the last of them, within a distance between theirs and
     * that of the next, so that no rounding decides.
     *
     * @param count as many at least; more are known
     */
    public TruePairs nearest(int count) {
        int end = count;
        while (end < pairs.size() && pairs.get(end).distance() <= pairs.get(end - 1).distance()) {
            end++;
        }
        if (end >= pairs.size()) {
            throw new IllegalArgumentException(
                    "More than %d true pairs are needed, but %d are known. Remove their file."
                            .formatted(count, pairs.size()));
        }
        return cut((pairs.get(end - 1).distance() + pairs.get(end).distance()) / 2);
    }

    /** Writes them for {@link #read}. */
    public void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            out.write(HEADER.formatted(vectors, within) + "\n");
            for (Near pair : pairs) {
                out.write(pair.one() + "\t" + pair.other() + "\t" + pair.distance() + "\n");
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param vectors of which they have to be
     * @throws IOException that names the file, if it is none of these
     */
    public static NearPairs read(Path file, int vectors) throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = in.readLine();
            String[] words = header == null ? new String[0] : header.split(" ");
            if (words.length != HEADER_WITHIN + 1 || !words[0].equals("#")) {
                throw new IOException(file + ": the file holds no true pairs.");
            }
            if (Integer.parseInt(words[HEADER_ROWS]) != vectors) {
                throw new IOException(
                        "%s holds the pairs of %s vectors, but there are %d."
                                .formatted(file, words[HEADER_ROWS], vectors));
            }
            List<Near> pairs = new ArrayList<>();
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split("\t");
                pairs.add(
                        new Near(
                                Integer.parseInt(parts[0]),
                                Integer.parseInt(parts[1]),
                                Double.parseDouble(parts[2])));
            }
            return new NearPairs(vectors, Double.parseDouble(words[HEADER_WITHIN]), pairs);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException broken) {
            throw new IOException(file + ": the file holds no true pairs.", broken);
        }
    }
}
