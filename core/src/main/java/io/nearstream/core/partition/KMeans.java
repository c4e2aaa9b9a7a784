package io.nearstream.core.partition;

import io.nearstream.core.topk.TopK;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Lloyd's k-means in two levels: the points fall into about sqrt(cells) groups, each group into its
 * share of the cells, then rounds over all cells, in which a point looks only at the cells that lay
 * near the one it is in when the rounds began. Deterministic for a seed. A cell that runs empty
 * takes the point that lies farthest from its own centroid; where there are fewer distinct points
 * than cells, the cells that stay empty are dropped, as are cells with equal centroids.
 */
final class KMeans {
    /** Groups are found on one point of so many, but on this many points a group at least. */
    private static final int GROUP_POINTS_SHARE = 4;

    private static final int GROUP_POINTS_MIN = 32;
    private static final int GROUP_ROUNDS = 4;
    private static final int LOCAL_ROUNDS = 2;
    private static final int REFINE_ROUNDS = 3;
    private static final int NEAR_GROUPS = 8;
    private static final int NEAR_CELLS = 24;

    private final RoutingSpace space;
    private final byte[][] points;
    private final StableRandom random;
    private final int pointBytes;

    /** For each point the cell that it lies in and its distance from the centroid. */
    private final int[] cellOf;

    private final float[] distanceOf;

    private KMeans(RoutingSpace space, byte[][] points, StableRandom random) {
        this.space = space;
        this.points = points;
        this.random = random;
        this.pointBytes = space.pointBytes();
        this.cellOf = new int[points.length];
        this.distanceOf = new float[points.length];
    }

    /**
     * What a training came to.
     *
     * @param homes the cell of each point
     */
    record Trained(Codebook codebook, int[] homes) {}

    /**
     * Trains a codebook without empty cells.
     *
     * @param points at least one
     * @param cells wanted, 1 to the number of points
     */
    static Trained train(RoutingSpace space, byte[][] points, int cells, StableRandom random) {
        return new KMeans(space, points, random).train(cells);
    }

    private Trained train(int cells) {
        int[] everything = IntStream.range(0, points.length).toArray();
        int groups = Math.max(1, (int) Math.round(Math.sqrt(cells)));
        int few = Math.max(groups * GROUP_POINTS_MIN, points.length / GROUP_POINTS_SHARE);
        int[] some = Arrays.copyOf(everything, Math.min(points.length, few));
        byte[] groupCentroids = lloyd(some, groups, GROUP_ROUNDS);
        assignAll(IntStream.range(0, groups).toArray(), groupCentroids);
        int[][] members = members(cellOf, groups);
        int[] shares = shares(members, cells);
        byte[] centroids = new byte[Math.multiplyExact(cells, pointBytes)];
        int[] firstCell = new int[groups + 1];
        for (int group = 0; group < groups; group++) {
            int first = firstCell[group];
            firstCell[group + 1] = first + shares[group];
            if (shares[group] > 0) {
                byte[] local = lloyd(members[group], shares[group], LOCAL_ROUNDS);
                System.arraycopy(local, 0, centroids, first * pointBytes, local.length);
                for (int point : members[group]) {
                    cellOf[point] += first;
                }
            }
        }
        int[][] near = nearCells(groupCentroids, firstCell, centroids);
        for (int round = 0; round < REFINE_ROUNDS; round++) {
            assignNear(near, centroids);
            fillEmpty(cells);
            moveToMeans(centroids, members(cellOf, cells));
        }
        return withoutEmpty(centroids, firstCell, members(cellOf, cells));
    }

    private void assignAll(int[] candidates, byte[] centroids) {
        IntStream.range(0, points.length)
                .parallel()
                .forEach(point -> assign(point, candidates, centroids));
    }

    private void assignNear(int[][] near, byte[] centroids) {
        IntStream.range(0, points.length)
                .parallel()
                .forEach(point -> assign(point, near[cellOf[point]], centroids));
    }

    /** Plain k-means of some points; leaves their cells, 0 to k - 1, in cellOf. */
    private byte[] lloyd(int[] chosen, int k, int rounds) {
        byte[] centroids = new byte[k * pointBytes];
        int[] order = random.permutation(chosen.length);
        for (int cell = 0; cell < k; cell++) {
            byte[] seed = points[chosen[order[cell]]];
            System.arraycopy(seed, 0, centroids, cell * pointBytes, pointBytes);
        }
        int[] all = IntStream.range(0, k).toArray();
        for (int round = 0; round < rounds; round++) {
            int[][] members = new int[k][];
            int[] sizes = new int[k];
            Arrays.stream(chosen).parallel().forEach(point -> assign(point, all, centroids));
            for (int point : chosen) {
                sizes[cellOf[point]]++;
            }
            for (int cell = 0; cell < k; cell++) {
                members[cell] = new int[sizes[cell]];
            }
            for (int point : chosen) {
                members[cellOf[point]][--sizes[cellOf[point]]] = point;
            }
            moveToMeans(centroids, members);
        }
        return centroids;
    }

    private void assign(int point, int[] candidates, byte[] centroids) {
        float best = Float.POSITIVE_INFINITY;
        int bestCell = candidates[0];
        for (int cell : candidates) {
            float distance = space.distance(points[point], 0, centroids, cell * pointBytes);
            if (distance < best || (distance == best && cell < bestCell)) {
                best = distance;
                bestCell = cell;
            }
        }
        cellOf[point] = bestCell;
        distanceOf[point] = best;
    }

    private void moveToMeans(byte[] centroids, int[][] members) {
        IntStream.range(0, members.length)
                .parallel()
                .filter(cell -> members[cell].length > 0)
                .forEach(cell -> moveToMean(centroids, cell, members[cell]));
    }

    private void moveToMean(byte[] centroids, int cell, int[] members) {
        double[] sums = new double[space.dimensions()];
        for (int point : members) {
            space.addTo(sums, points[point], 0);
        }
        space.putMean(sums, members.length, centroids, cell * pointBytes);
    }

    private static int[][] members(int[] cellOf, int cells) {
        int[] sizes = new int[cells];
        for (int cell : cellOf) {
            sizes[cell]++;
        }
        int[][] members = new int[cells][];
        for (int cell = 0; cell < cells; cell++) {
            members[cell] = new int[sizes[cell]];
        }
        for (int point = cellOf.length - 1; point >= 0; point--) {
            members[cellOf[point]][--sizes[cellOf[point]]] = point;
        }
        return members;
    }

    /** Cells of each group: by its size, at least 1 for a group that is not empty. */
    private int[] shares(int[][] members, int cells) {
        int groups = members.length;
        int[] shares = new int[groups];
        int given = 0;
        for (int group = 0; group < groups; group++) {
            long exact = (long) cells * members[group].length / points.length;
            shares[group] = members[group].length == 0 ? 0 : (int) Math.max(1, exact);
            given += shares[group];
        }
        while (given != cells) {
            int step = given < cells ? 1 : -1;
            int best = -1;
            double bestNeed = Double.NEGATIVE_INFINITY;
            for (int group = 0; group < groups; group++) {
                int share = shares[group] + step;
                double fair = (double) cells * members[group].length / points.length;
                double need = step * (fair - shares[group]);
                if (share >= 1 && share <= members[group].length && need > bestNeed) {
                    best = group;
                    bestNeed = need;
                }
            }
            shares[best] += step;
            given += step;
        }
        return shares;
    }

    /** For each cell the cells near it, itself first; looked for in the nearest groups. */
    private int[][] nearCells(byte[] groupCentroids, int[] firstCell, byte[] centroids) {
        int groups = firstCell.length - 1;
        int cells = firstCell[groups];
        int[][] near = new int[cells][];
        TopK nearGroups = new TopK(Math.min(NEAR_GROUPS, groups));
        TopK nearCells = new TopK(Math.min(NEAR_CELLS, cells));
        for (int cell = 0; cell < cells; cell++) {
            nearGroups.reset(Math.min(NEAR_GROUPS, groups));
            for (int group = 0; group < groups; group++) {
                nearGroups.offer(distance(centroids, cell, groupCentroids, group), group);
            }
            nearCells.reset(Math.min(NEAR_CELLS, cells));
            nearCells.offer(-1, cell);
            for (int group : nearGroups.drainRefs()) {
                for (int other = firstCell[group]; other < firstCell[group + 1]; other++) {
                    if (other != cell) {
                        nearCells.offer(distance(centroids, cell, centroids, other), other);
                    }
                }
            }
            near[cell] = nearCells.drainRefs();
        }
        return near;
    }

    private float distance(byte[] a, int aCell, byte[] b, int bCell) {
        return space.distance(a, aCell * pointBytes, b, bCell * pointBytes);
    }

    /** Gives each empty cell the point that is worst off in a cell of several. */
    private void fillEmpty(int cells) {
        int[] sizes = new int[cells];
        for (int cell : cellOf) {
            sizes[cell]++;
        }
        int[] empty = IntStream.range(0, cells).filter(cell -> sizes[cell] == 0).toArray();
        if (empty.length == 0) {
            return;
        }
        int[] farthest =
                IntStream.range(0, points.length)
                        .boxed()
                        .sorted((a, b) -> Float.compare(distanceOf[b], distanceOf[a]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int next = 0;
        for (int point : farthest) {
            if (next == empty.length || distanceOf[point] <= 0) {
                return;
            }
            if (sizes[cellOf[point]] > 1) {
                sizes[cellOf[point]]--;
                cellOf[point] = empty[next++];
                distanceOf[point] = 0;
            }
        }
    }

    /** Without empty cells and groups, and without a second centroid of the same value. */
    private Trained withoutEmpty(byte[] centroids, int[] firstCell, int[][] members) {
        Map<ByteBuffer, Integer> cellOfValue = new HashMap<>();
        int[] homes = new int[points.length];
        IntStream.Builder groupSizes = IntStream.builder();
        int kept = 0;
        for (int group = 0; group + 1 < firstCell.length; group++) {
            int first = kept;
            for (int cell = firstCell[group]; cell < firstCell[group + 1]; cell++) {
                int from = cell * pointBytes;
                byte[] value = Arrays.copyOfRange(centroids, from, from + pointBytes);
                if (members[cell].length > 0) {
                    Integer same = cellOfValue.putIfAbsent(ByteBuffer.wrap(value), kept);
                    int home = same == null ? kept : same;
                    for (int point : members[cell]) {
                        homes[point] = home;
                    }
                    if (same == null) {
                        System.arraycopy(value, 0, centroids, kept * pointBytes, pointBytes);
                        kept++;
                    }
                }
            }
            if (kept > first) {
                groupSizes.add(kept - first);
            }
        }
        byte[] all = Arrays.copyOf(centroids, kept * pointBytes);
        return new Trained(new Codebook(space, all, groupSizes.build().toArray()), homes);
    }
}
