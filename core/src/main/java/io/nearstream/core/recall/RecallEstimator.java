package io.nearstream.core.recall;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Recall@k from answers that were held against a slice of the records: Bayesian, on a grid.
 *
 * <p>The model. A query vector finds each of its k nearest neighbours with a probability p of its
 * own, so its recall is p; p is Beta(m f, (1 - m) f) among query vectors, where the mean m is what
 * is asked for and f says how alike they are. Farther neighbours are found less often: their odds
 * are the odds of p times some t. The slice holds each record with probability s. An answer shows
 * its hits and, in between, the missed records that are of the slice; how many others are missed
 * ahead of each is not seen, so which of the symbols belong to the k nearest is summed over. With i
 * of the symbols among the k nearest, h of them hits, the probability of a word is
 *
 * <pre>
 * C(k, i) p^h ((1-p) s)^(i-h) ((1-p) (1-s))^(k-i) P^(hits behind) (1-P)^(misses behind)
 * </pre>
 *
 * where P is the probability that a symbol behind the k nearest is a hit. Counting each miss of the
 * slice as 1 / s misses instead would be wrong where recall differs between query vectors: one that
 * finds few has an answer that reaches far, and many misses ahead of its end.
 *
 * <p>The prior is uniform in m, and on a few values of f and t. Pure; thread-safe.
 */
public final class RecallEstimator {
    /** Probability left out at either end of the interval. */
    private static final double TAIL = 0.025;

    private static final double[] LIKENESS = {0.3, 1, 3, 10, 30, 100};

    /** Odds of neighbours behind the k nearest, in parts of those of the k nearest. */
    private static final double[] BEHIND = {1, 0.5, 0.2};

    /** Log odds of p; beyond the last one p counts as 1. */
    private static final double ODDS_LEAST = -6;

    private static final double ODDS_MOST = 12;
    private static final double ODDS_STEP = 0.25;

    /** Log odds of m. */
    private static final double MEAN_LEAST = -4;

    private static final double MEAN_MOST = 8;
    private static final double MEAN_STEP = 0.1;

    /** Values of p; the last one is 1. */
    private static final double[] FOUND = found();

    private static final Hypothesis[] HYPOTHESES = hypotheses();

    /**
     * One distribution of p.
     *
     * @param mean of it
     * @param weights of the values of p, which add up to 1
     * @param prior its logarithm, up to a constant
     */
    private record Hypothesis(double mean, double[] weights, double prior) {}

    /** Answers of one kind are equally likely. */
    private record Kind(int k, int level, long missed) {}

    /**
     * Logarithms are summed up in these parts of 1: whole numbers, so that what is taken out again
     * leaves nothing behind, and the order does not matter. A hundred thousand answers fit.
     */
    private static final double PARTS = 0x1p36;

    private RecallEstimator() {}

    private static double[] found() {
        int count = (int) Math.round((ODDS_MOST - ODDS_LEAST) / ODDS_STEP) + 1;
        double[] found = new double[count + 1];
        for (int i = 0; i < count; i++) {
            found[i] = 1 / (1 + Math.exp(-(ODDS_LEAST + i * ODDS_STEP)));
        }
        found[count] = 1;
        return found;
    }

    private static Hypothesis[] hypotheses() {
        int means = (int) Math.round((MEAN_MOST - MEAN_LEAST) / MEAN_STEP) + 1;
        Hypothesis[] all = new Hypothesis[LIKENESS.length * means];
        for (int f = 0; f < LIKENESS.length; f++) {
            double[][] weights = new double[means][];
            double[] mean = new double[means];
            for (int i = 0; i < means; i++) {
                double nominal = 1 / (1 + Math.exp(-(MEAN_LEAST + i * MEAN_STEP)));
                weights[i] = beta(nominal * LIKENESS[f], (1 - nominal) * LIKENESS[f]);
                for (int j = 0; j < FOUND.length; j++) {
                    mean[i] += weights[i][j] * FOUND[j];
                }
            }
            for (int i = 0; i < means; i++) {
                // Uniform in the mean: each stands for the way to its neighbours.
                double low = i == 0 ? 0 : (mean[i - 1] + mean[i]) / 2;
                double high = i == means - 1 ? 1 : (mean[i] + mean[i + 1]) / 2;
                all[f * means + i] =
                        new Hypothesis(mean[i], weights[i], Math.log(Math.max(1e-12, high - low)));
            }
        }
        Arrays.sort(all, (left, right) -> Double.compare(left.mean, right.mean));
        return all;
    }

    /** Beta(a, b) on the grid of p: in log odds its density is p^a (1 - p)^b. */
    private static double[] beta(double a, double b) {
        double[] weights = new double[FOUND.length];
        int last = FOUND.length - 1;
        double sum = 0;
        for (int i = 0; i < last; i++) {
            double odds = ODDS_LEAST + i * ODDS_STEP;
            double logFound = -Math.log1p(Math.exp(-odds));
            weights[i] = ODDS_STEP * Math.exp(a * logFound + b * (logFound - odds));
        }
        weights[0] += Math.exp(a * ODDS_LEAST) / a;
        weights[last] = Math.exp(-b * ODDS_MOST) / b;
        for (double weight : weights) {
            sum += weight;
        }
        for (int i = 0; i <= last; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /** The recall of the answers that were observed; empty where there are none. */
    public static Optional<RecallEstimate> estimate(Collection<RecallObservation> observations) {
        if (observations.isEmpty()) {
            return Optional.empty();
        }
        Map<Kind, Integer> counts = new HashMap<>();
        for (RecallObservation seen : observations) {
            counts.merge(new Kind(seen.k(), seen.level(), seen.missed()), 1, Integer::sum);
        }
        long[] sums = noEvidence();
        counts.forEach((kind, count) -> add(kind, count, sums));
        boolean none = counts.keySet().stream().allMatch(kind -> kind.missed == 0);
        return Optional.of(estimate(sums, observations.size(), none));
    }

    /** Sums of nothing: one for each hypothesis and each t. */
    static long[] noEvidence() {
        return new long[BEHIND.length * HYPOTHESES.length];
    }

    /**
     * Adds the logarithms of the probabilities of an answer to sums.
     *
     * @param times 1, or -1 to take it out again
     */
    static void add(RecallObservation seen, int times, long[] sums) {
        add(new Kind(seen.k(), seen.level(), seen.missed()), times, sums);
    }

    private static void add(Kind seen, int times, long[] sums) {
        double[][] likelihoods = likelihoods(seen);
        for (int h = 0; h < HYPOTHESES.length; h++) {
            double[] weights = HYPOTHESES[h].weights;
            for (int t = 0; t < BEHIND.length; t++) {
                double[] likelihood = likelihoods[t];
                double sum = 0;
                for (int i = 0; i < FOUND.length; i++) {
                    sum += weights[i] * likelihood[i];
                }
                double log = Math.log(Math.max(Double.MIN_NORMAL, sum));
                sums[h * BEHIND.length + t] += times * Math.round(PARTS * log);
            }
        }
    }

    /** What so many answers tell, of which none misses anything, or some do. */
    static RecallEstimate estimate(long[] sums, int probes, boolean none) {
        double[] log = new double[sums.length];
        for (int h = 0; h < log.length; h++) {
            log[h] = HYPOTHESES[h / BEHIND.length].prior + sums[h] / PARTS;
        }
        RecallEstimate seen = posterior(log, probes);
        return none ? new RecallEstimate(seen.recall(), seen.low(), 1, seen.probes()) : seen;
    }

    /** Probability of a word by t, and where the k nearest are found with each probability p. */
    private static double[][] likelihoods(Kind seen) {
        double share = Math.scalb(1.0, -seen.level());
        int misses = Long.bitCount(seen.missed());
        double[][] likelihoods = new double[BEHIND.length][FOUND.length];
        double[] among = new double[seen.k() + 1];
        for (int i = 0; i < FOUND.length; i++) {
            double p = FOUND[i];
            among(seen, p, share, among);
            for (int t = 0; t < BEHIND.length; t++) {
                double odds = BEHIND[t] * p / (1 - p);
                double hitBehind = p == 1 ? 1 : odds / (odds + share);
                double[] hits = powers(hitBehind, seen.k() - misses);
                double[] missed = powers(1 - hitBehind, misses);
                likelihoods[t][i] = behind(seen, among, hits, missed);
            }
        }
        return likelihoods;
    }

    /** For each count of symbols among the k nearest, the part of a word's probability of them. */
    private static void among(Kind seen, double p, double share, double[] among) {
        double[] hits = powers(p, seen.k());
        double[] misses = powers((1 - p) * share, seen.k());
        double[] unseen = powers((1 - p) * (1 - share), seen.k());
        double combinations = 1; // C(k, i), for i from k down
        for (int i = seen.k(); i >= 0; i--) {
            int missesAmong = missesAmong(seen, i);
            among[i] =
                    combinations
                            * hits[i - missesAmong]
                            * misses[missesAmong]
                            * unseen[seen.k() - i];
            combinations *= (double) i / (seen.k() - i + 1);
        }
    }

    /** The probability of a word, summed over how many symbols are among the k nearest. */
    private static double behind(Kind seen, double[] among, double[] hits, double[] misses) {
        double sum = 0;
        for (int i = seen.k(); i >= 0; i--) {
            int missesAmong = missesAmong(seen, i);
            sum +=
                    among[i]
                            * hits[hits.length - 1 - (i - missesAmong)]
                            * misses[misses.length - 1 - missesAmong];
        }
        return sum;
    }

    private static int missesAmong(Kind seen, int symbols) {
        return symbols == 0 ? 0 : Long.bitCount(seen.missed() << (Long.SIZE - symbols));
    }

    /** The powers 0 to the highest. */
    private static double[] powers(double base, int highest) {
        double[] powers = new double[highest + 1];
        powers[0] = 1;
        for (int i = 1; i <= highest; i++) {
            powers[i] = powers[i - 1] * base;
        }
        return powers;
    }

    private static RecallEstimate posterior(double[] log, int probes) {
        double most = Arrays.stream(log).max().orElseThrow();
        double sum = 0;
        double mean = 0;
        for (int h = 0; h < log.length; h++) {
            log[h] = Math.exp(log[h] - most);
            sum += log[h];
            mean += log[h] * HYPOTHESES[h / BEHIND.length].mean;
        }
        mean = Math.min(1, mean / sum);
        double low = Math.min(mean, quantile(log, TAIL * sum));
        double high = Math.max(mean, quantile(log, (1 - TAIL) * sum));
        return new RecallEstimate(mean, low, high, probes);
    }

    private static double quantile(double[] weights, double wanted) {
        double sum = 0;
        for (int h = 0; h < weights.length; h++) {
            sum += weights[h];
            if (sum >= wanted) {
                return HYPOTHESES[h / BEHIND.length].mean;
            }
        }
        return HYPOTHESES[HYPOTHESES.length - 1].mean;
    }
}
