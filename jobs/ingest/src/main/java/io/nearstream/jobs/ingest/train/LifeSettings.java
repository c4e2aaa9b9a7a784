package io.nearstream.jobs.ingest.train;

import java.io.Serializable;

/**
 * How often further generations are made of a collection, and how much each may change.
 *
 * @param writesMin writes to a collection between two generations, deletes too, at least; a tenth
 *     of its records where that is more
 * @param intervalMs between taking up a generation and making the next, at least; a fifth of it
 *     where more than a quarter of the cells is nearly empty
 * @param splitsMax cells that one generation splits, at most
 */
public record LifeSettings(int writesMin, long intervalMs, int splitsMax) implements Serializable {
    /** That of the options' defaults. */
    public static final LifeSettings DEFAULT = new LifeSettings(5_000, 10_000, 1_024);
}
