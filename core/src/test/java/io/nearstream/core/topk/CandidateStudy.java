package io.nearstream.core.topk;

import io.nearstream.core.partition.StableHash;
import java.util.Locale;
import java.util.SplittableRandom;
import org.roaringbitmap.RoaringBitmap;

/**
 * Measures ways to see each id of a probe once; the finding is in
 * docs/decisions/0002-candidate-dedupe.md. Ids lie in a block, 16 bytes each, as a bucket holds
 * them; a fifth of a probe's entries are copies of others.
 */
public final class CandidateStudy {
    private static final int LIVE = 60_000;
    private static final int ID_BYTES = 16;
    private static final int PROBES = 64;
    private static final int ROUNDS = 400;

    private final byte[] ids = new byte[LIVE * ID_BYTES];
    private final long[] hashes = new long[LIVE];
    private final CandidateTable table =
            new CandidateTable((ref, other) -> false); // versions never differ
    private final RoaringBitmap roaring = new RoaringBitmap();
    private final long[] bits = new long[LIVE / Long.SIZE + 1];
    private long sink;

    private CandidateStudy() {
        new SplittableRandom(1).nextBytes(ids);
        for (int id = 0; id < LIVE; id++) {
            hashes[id] = StableHash.of(ids, id * ID_BYTES, ID_BYTES);
        }
    }

    public static void main(String[] args) {
        CandidateStudy study = new CandidateStudy();
        System.out.println("entries  table  table+hash  roaring  bits   (ns per entry)");
        for (int entries : new int[] {500, 1_000, 2_000, 5_000, 10_000}) {
            int[][] probes = probes(entries);
            double[] best = {1e9, 1e9, 1e9, 1e9};
            for (int round = 0; round < ROUNDS; round++) {
                for (int way = 0; way < best.length; way++) {
                    long start = System.nanoTime();
                    int[] probe = probes[round % PROBES];
                    study.run(way, probe);
                    best[way] = Math.min(best[way], (System.nanoTime() - start) / (double) entries);
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "%7d  %5.1f  %10.1f  %7.1f  %4.1f%n",
                    entries,
                    best[0],
                    best[1],
                    best[2],
                    best[3]);
        }
        System.out.println("(" + study.sink + ")");
    }

    private static int[][] probes(int entries) {
        SplittableRandom random = new SplittableRandom(entries);
        int[][] probes = new int[PROBES][entries];
        for (int[] probe : probes) {
            for (int i = 0; i < entries; i++) {
                boolean copy = i > 0 && random.nextInt(5) == 0;
                probe[i] = copy ? probe[random.nextInt(i)] : random.nextInt(LIVE);
            }
        }
        return probes;
    }

    private void run(int way, int[] probe) {
        switch (way) {
            case 0 -> runTable(probe, false);
            case 1 -> runTable(probe, true);
            case 2 -> runRoaring(probe);
            default -> runBits(probe);
        }
    }

    private void runTable(int[] probe, boolean computeHash) {
        table.reset();
        for (int i = 0; i < probe.length; i++) {
            int id = probe[i];
            long hash = computeHash ? StableHash.of(ids, id * ID_BYTES, ID_BYTES) : hashes[id];
            table.add(hash, 1, 0, id, i);
        }
        sink += table.size();
    }

    private void runRoaring(int[] probe) {
        roaring.clear();
        for (int id : probe) {
            sink += roaring.checkedAdd(id) ? 1 : 0;
        }
    }

    private void runBits(int[] probe) {
        for (int id : probe) {
            long bit = 1L << id;
            sink += (bits[id >>> 6] & bit) == 0 ? 1 : 0;
            bits[id >>> 6] |= bit;
        }
        for (int id : probe) {
            bits[id >>> 6] = 0;
        }
    }
}
