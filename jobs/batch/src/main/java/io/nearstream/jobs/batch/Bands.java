package io.nearstream.jobs.batch;

/**
 * How sets are divided for a join: a pair of similarity s meets in one of the tables with a
 * probability of 1 - (1 - s^hashes)^tables (Broder, "On the resemblance and containment of
 * documents", 1997; bands as in Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets",
 * chapter 3).
 *
 * @param tables 1 to 32: what a set costs goes with it
 * @param hashes of a table, 1 to 32: with few, unlike sets are compared
 */
public record Bands(int tables, int hashes) {
    private static final int MOST = 32;

    /** Tables that are taken unless so many find too little even with one hash. */
    private static final int TABLES_USUAL = 20;

    private static final double MISSED = 1e-3;

    public Bands {
        BatchSearchPlan.within("--tables", tables, 1, MOST);
        BatchSearchPlan.within("--hashes", hashes, 1, MOST);
    }

    /**
     * Those that find .999 of the pairs of a similarity with as many hashes as 20 tables allow; for
     * low ones, of which these find less with one hash, up to 32 tables.
     *
     * @param similarity above 0, at most 1
     */
    static Bands finding(double similarity) {
        for (int hashes = MOST; hashes > 1; hashes--) {
            double tables = tables(similarity, hashes);
            if (tables <= TABLES_USUAL) {
                return new Bands((int) tables, hashes);
            }
        }
        return new Bands((int) Math.min(MOST, tables(similarity, 1)), 1);
    }

    private static double tables(double similarity, int hashes) {
        double met = Math.pow(similarity, hashes);
        return Math.max(1, Math.ceil(Math.log(MISSED) / Math.log1p(-met)));
    }

    /** With what probability a pair of a similarity, 0 to 1, is found. */
    double found(double similarity) {
        return 1 - Math.pow(1 - Math.pow(similarity, hashes), tables);
    }
}
