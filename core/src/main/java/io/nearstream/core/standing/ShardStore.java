package io.nearstream.core.standing;

/** Where a shard's rows lie while it does not run; a null removes. */
public interface ShardStore {
    /** Parts of a shard's rows. */
    enum Part {
        /** By record id. */
        RECORDS,
        /** By number: what some queries know and have said. */
        PAGES,
        /** By key of the query: what it asks. */
        QUERIES,
        /** By key of the query: what it knows and has said. Only read, and removed: older state. */
        ANSWERS
    }

    /** Writes a row over the one before. */
    void put(Part part, String key, byte[] row) throws Exception;

    /** Removes a row, if there is one. */
    void remove(Part part, String key) throws Exception;

    /** Writes a registration that waits, under the partition and offset of its stamp. */
    void putWaiting(Registration registration) throws Exception;

    /** Removes the registration of this place on the topic, if it is there. */
    void removeWaiting(int partition, long offset) throws Exception;
}
