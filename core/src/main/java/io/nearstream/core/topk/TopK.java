package io.nearstream.core.topk;

import java.util.Arrays;

/**
 * The k nearest of what was offered: pairs of a score (smaller is nearer) and a ref, an int that
 * the caller understands. Equal scores are ordered by ref, so the result does not depend on the
 * order of the offers. A binary heap with the worst pair on top; nothing is allocated per offer.
 * Belongs to one thread.
 */
public final class TopK {
    /** Capacity that is allocated at once; a large k grows when it is needed. */
    private static final int CAPACITY_FIRST = 64;

    private int k;
    private int size;
    private boolean sorted;
    private double[] scores;
    private int[] refs;

    /** Keeps at most k pairs, at least 1. */
    public TopK(int k) {
        this.scores = new double[Math.max(1, Math.min(k, CAPACITY_FIRST))];
        this.refs = new int[scores.length];
        reset(k);
    }

    /** Forgets everything and keeps at most k pairs from now on, at least 1. */
    public void reset(int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, but was " + k + ".");
        }
        this.k = k;
        this.size = 0;
        this.sorted = false;
    }

    /** Pairs that are kept. */
    public int size() {
        return size;
    }

    /** The worst kept score; infinity while fewer than k are kept. */
    public double threshold() {
        return size < k ? Double.POSITIVE_INFINITY : scores[sorted ? size - 1 : 0];
    }

    /** Keeps the pair if it is among the k nearest so far, and says whether. NaN is never kept. */
    public boolean offer(double score, int ref) {
        if (size < k) {
            if (score != score) {
                return false;
            }
            heapAgain();
            if (size == scores.length) {
                int capacity = (int) Math.min(k, 2L * size);
                scores = Arrays.copyOf(scores, capacity);
                refs = Arrays.copyOf(refs, capacity);
            }
            siftUp(size++, score, ref);
            return true;
        }
        int worst = sorted ? size - 1 : 0;
        boolean nearer = score < scores[worst] || (score == scores[worst] && ref < refs[worst]);
        if (nearer) {
            heapAgain();
            siftDown(0, size, score, ref);
        }
        return nearer;
    }

    /** Whether a pair with this ref is kept; looks at all of them. */
    public boolean holds(int ref) {
        for (int i = 0; i < size; i++) {
            if (refs[i] == ref) {
                return true;
            }
        }
        return false;
    }

    /** The kept refs, nearest first, ties by the lower ref. They stay kept until a reset. */
    public int[] drainRefs() {
        sort();
        return Arrays.copyOf(refs, size);
    }

    /** The kept scores in the order of {@link #drainRefs}. They stay kept until a reset. */
    public double[] drainScores() {
        sort();
        return Arrays.copyOf(scores, size);
    }

    private void sort() {
        if (sorted) {
            return;
        }
        for (int end = size - 1; end > 0; end--) {
            double score = scores[end];
            int ref = refs[end];
            scores[end] = scores[0];
            refs[end] = refs[0];
            siftDown(0, end, score, ref);
        }
        sorted = true;
    }

    /** Nearest first, reversed, is a heap with the worst on top. */
    private void heapAgain() {
        if (!sorted) {
            return;
        }
        sorted = false;
        for (int i = 0, j = size - 1; i < j; i++, j--) {
            double score = scores[i];
            scores[i] = scores[j];
            scores[j] = score;
            int ref = refs[i];
            refs[i] = refs[j];
            refs[j] = ref;
        }
    }

    private boolean isWorse(double score, int ref, int than) {
        return score > scores[than] || (score == scores[than] && ref > refs[than]);
    }

    private void siftUp(int from, double score, int ref) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!isWorse(score, ref, parent)) {
                break;
            }
            scores[at] = scores[parent];
            refs[at] = refs[parent];
            at = parent;
        }
        scores[at] = score;
        refs[at] = ref;
    }

    private void siftDown(int from, int end, double score, int ref) {
        int at = from;
        for (int child = 2 * at + 1; child < end; child = 2 * at + 1) {
            if (child + 1 < end && isWorse(scores[child + 1], refs[child + 1], child)) {
                child++;
            }
            if (isWorse(score, ref, child)) {
                break;
            }
            scores[at] = scores[child];
            refs[at] = refs[child];
            at = child;
        }
        scores[at] = score;
        refs[at] = ref;
    }
}
