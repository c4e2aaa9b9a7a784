package io.nearstream.chaos.load;

/**
 * Operations of a client that have ended.
 *
 * @param good of them were served
 */
public record Served(long all, long good) {
    /** Of those that ended after an earlier count, the share that was served; 0 of none. */
    public double shareSince(Served before) {
        return all == before.all ? 0 : (double) (good - before.good) / (all - before.all);
    }
}
