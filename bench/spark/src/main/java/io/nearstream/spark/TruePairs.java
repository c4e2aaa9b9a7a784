package io.nearstream.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The nearest pairs of some rows under L2, and a distance that parts them from the others.
 *
 * @param eps between the distance of the last of them and that of the next
 * @param pairs as {@link #pair} has them
 */
record TruePairs(double eps, Set<Long> pairs) {
    /** Rows that are compared with all others to guess how far to look. */
    private static final int SAMPLE = 256;

    /** How many times more pairs than wanted a guess aims at. */
    private static final double SLACK = 2;

    private static final double WIDER = 1.2;
    private static final int ROW_BITS = 32;

    private record Near(int one, int other, double distance) {}

    /** Two rows as a number, in whichever order they come. */
    static long pair(int one, int other) {
        return (long) Math.min(one, other) << ROW_BITS | Math.max(one, other);
    }

    static int lesser(long pair) {
        return (int) (pair >>> ROW_BITS);
    }

    static int greater(long pair) {
        return (int) pair;
    }

    /**
     * Compares all with all, on all processors.
     *
     * @param count of pairs, and those as near as the last of them; less than half of all pairs
     */
    static TruePairs of(List<byte[]> rows, int count) {
        double bound = guess(rows, count);
        List<Near> found = within(rows, bound);
        while (found.size() <= count) {
            bound *= WIDER;
            found = within(rows, bound);
        }
        return nearest(found, count);
    }

    private static double guess(List<byte[]> rows, int count) {
        int sample = Math.min(SAMPLE, rows.size());
        double[] distances =
                IntStream.range(0, sample)
                        .parallel()
                        .map(i -> (int) ((long) i * rows.size() / sample))
                        .mapToObj(row -> distances(rows, row))
                        .flatMapToDouble(Arrays::stream)
                        .sorted()
                        .toArray();
        double share = SLACK * 2 * count / ((double) rows.size() * rows.size());
        return Math.max(
                1, distances[(int) Math.min(distances.length - 1, share * distances.length)]);
    }

    private static double[] distances(List<byte[]> rows, int row) {
        return IntStream.range(0, rows.size())
                .filter(other -> other != row)
                .mapToDouble(other -> Math.sqrt(squared(rows.get(row), rows.get(other))))
                .toArray();
    }

    private static List<Near> within(List<byte[]> rows, double bound) {
        double squaredMax = bound * bound;
        return IntStream.range(0, rows.size())
                .parallel()
                .mapToObj(
                        row -> {
                            List<Near> of = new ArrayList<>();
                            for (int other = 0; other < row; other++) {
                                int squared = squared(rows.get(row), rows.get(other));
                                if (squared <= squaredMax) {
                                    of.add(new Near(other, row, Math.sqrt(squared)));
                                }
                            }
                            return of;
                        })
                .flatMap(List::stream)
                .toList();
    }

    /** Below 2^31 for up to 33,025 dimensions. */
    private static int squared(byte[] one, byte[] other) {
        int sum = 0;
        for (int i = 0; i < one.length; i++) {
            int difference = (one[i] & 0xff) - (other[i] & 0xff);
            sum += difference * difference;
        }
        return sum;
    }

    private static TruePairs nearest(List<Near> known, int count) {
        List<Near> sorted = new ArrayList<>(known);
        sorted.sort(Comparator.comparingDouble(Near::distance));
        int end = count;
        while (end < sorted.size()
                && sorted.get(end).distance() <= sorted.get(end - 1).distance()) {
            end++;
        }
        if (end >= sorted.size()) {
            throw new IllegalArgumentException(
                    "More than %d true pairs are needed, but %d are known."
                            .formatted(count, sorted.size()));
        }
        Set<Long> pairs = new HashSet<>();
        sorted.subList(0, end).forEach(near -> pairs.add(pair(near.one(), near.other())));
        double eps = (sorted.get(end - 1).distance() + sorted.get(end).distance()) / 2;
        return new TruePairs(eps, pairs);
    }

    /**
     * Reads what {@code nearstream bench join --truth} wrote: a line of words, then row, row and
     * distance.
     *
     * @param rows of which the pairs have to be
     * @throws IOException that names the file, if it is of others
     */
    static TruePairs read(Path file, int rows, int count) throws IOException {
        List<Near> known = new ArrayList<>();
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = in.readLine();
            if (header == null || !header.startsWith("# all pairs of " + rows + " vectors ")) {
                throw new IOException(
                        "%s must begin with '# all pairs of %d vectors', but begins with '%s'."
                                .formatted(file, rows, header));
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String[] parts = line.split("\t");
                known.add(
                        new Near(
                                Integer.parseInt(parts[0]),
                                Integer.parseInt(parts[1]),
                                Double.parseDouble(parts[2])));
            }
        }
        return nearest(known, count);
    }

    /** The share of the true pairs among these, 0 to 1. */
    double recall(Set<Long> found) {
        return pairs.stream().filter(found::contains).count() / (double) pairs.size();
    }
}
