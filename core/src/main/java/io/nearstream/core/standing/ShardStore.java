package io.nearstream.core.standing;

/** Where a shard's rows lie while it does not run; a null removes. */
public interface ShardStore {
    /** Parts of a shard's rows. */
    enum Part {
        /** By record id. */
        RECORDS,
        /** By key of the query: what it asks. */
        QUERIES,
        /** By key of the query: what it knows and has said. */
        ANSWERS
    }

    /** Writes a row over the one before. */
    void put(Part part, String key, byte[] row) throws Exception;

    /** Removes a row, if there is one. */
    void remove(Part part, String key) throws Exception;
}
