package io.nearstream.chaos.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/**
 * What an operation asks for. Content is not written down: an operation's number is the token that
 * {@link Content} makes its vector or value from.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "ask")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Ask.PutVector.class, name = "put"),
    @JsonSubTypes.Type(value = Ask.RepeatVector.class, name = "repeat"),
    @JsonSubTypes.Type(value = Ask.DeleteVector.class, name = "delete"),
    @JsonSubTypes.Type(value = Ask.Search.class, name = "search"),
    @JsonSubTypes.Type(value = Ask.Fetch.class, name = "fetch"),
    @JsonSubTypes.Type(value = Ask.WriteKey.class, name = "key"),
    @JsonSubTypes.Type(value = Ask.ReadKey.class, name = "read")
})
public sealed interface Ask {
    /** Puts or replaces a record; answered {@link Answer.Acked}. */
    record PutVector(String id) implements Ask {}

    /**
     * Sends the bytes of an earlier put once more, as a producer does that was not answered.
     *
     * @param id of the record
     * @param of number of the put
     */
    record RepeatVector(String id, long of) implements Ask {}

    /** Deletes a record; answered {@link Answer.Acked}. */
    record DeleteVector(String id) implements Ask {}

    /**
     * Looks for the nearest; answered {@link Answer.Found}.
     *
     * @param queries a token for each query vector
     * @param k nearest that are wanted; 0 for all records that there are
     * @param exhaustive whether every bucket is visited
     * @param atLeast append time up to which all writes must be seen; 0 for none
     * @param last whether this is asked after the load, when every record must be found
     */
    record Search(List<Long> queries, int k, boolean exhaustive, long atLeast, boolean last)
            implements Ask {
        public Search {
            queries = List.copyOf(queries);
        }
    }

    /** Fetches records by id; answered {@link Answer.Found}, a list of at most one for each. */
    record Fetch(List<String> ids, long atLeast, boolean last) implements Ask {
        public Fetch {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Puts or deletes a key; answered {@link Answer.Written}, or {@link Answer.Acked} where nobody
     * asked what became of it.
     *
     * @param key the key
     * @param delete or put
     * @param condition for whoever reads the journal: what was decided by is in the log
     */
    record WriteKey(String key, boolean delete, String condition) implements Ask {}

    /** Reads a key; answered {@link Answer.Value} or {@link Answer.Absent}. */
    record ReadKey(String key, boolean strong, boolean last) implements Ask {}
}
