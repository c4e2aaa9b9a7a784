package io.nearstream.core.model;

/**
 * The identity of a record inside the jobs. Its hash is the same in every JVM, so it may key a
 * stream.
 *
 * @param collectionUid the incarnation of the collection
 * @param id 1 to 512 bytes of UTF-8
 */
public record RecordKey(long collectionUid, String id) {
    /** Spelled out, since what a record's own hash code is may differ between JVMs. */
    @Override
    public int hashCode() {
        return 31 * Long.hashCode(collectionUid) + id.hashCode();
    }
}
