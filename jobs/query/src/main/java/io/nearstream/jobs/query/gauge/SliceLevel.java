package io.nearstream.jobs.query.gauge;

/**
 * The level at which a sender sends a collection's records.
 *
 * @param collectionUid the collection; 0 for the entry that says that levels have been kept
 * @param level 0 to 62
 */
record SliceLevel(long collectionUid, int level) {}
