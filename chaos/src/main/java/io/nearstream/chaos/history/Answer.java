package io.nearstream.chaos.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import javax.annotation.Nullable;

/** What a client was told. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "told")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Answer.Acked.class, name = "acked"),
    @JsonSubTypes.Type(value = Answer.Found.class, name = "found"),
    @JsonSubTypes.Type(value = Answer.Written.class, name = "written"),
    @JsonSubTypes.Type(value = Answer.Value.class, name = "value"),
    @JsonSubTypes.Type(value = Answer.Absent.class, name = "absent"),
    @JsonSubTypes.Type(value = Answer.NotDone.class, name = "not-done"),
    @JsonSubTypes.Type(value = Answer.Unknown.class, name = "unknown")
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public sealed interface Answer {
    /**
     * The broker holds a write.
     *
     * @param at where it stands
     * @param time its append time, milliseconds since 1970
     */
    record Acked(Position at, long time) implements Answer {}

    /**
     * The answer to a search or fetch.
     *
     * @param complete else partial
     * @param asOf the append time up to which it says to have seen all writes
     * @param answers for each query or id, in their order
     */
    record Found(boolean complete, long asOf, List<Hits> answers) implements Answer {
        public Found {
            answers = List.copyOf(answers);
        }
    }

    /**
     * The hits of one query.
     *
     * @param hits nearest first
     * @param truncated whether there may be more in reach
     */
    record Hits(List<Hit> hits, boolean truncated) {
        public Hits {
            hits = List.copyOf(hits);
        }
    }

    /**
     * One hit.
     *
     * @param id of the record
     * @param distance as it was told
     * @param at the write that made this version
     * @param vector {@link Content#hash} of the vector; null where it did not come along
     * @param payload the same of the payload
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Hit(
            String id,
            double distance,
            Position at,
            @Nullable Long vector,
            @Nullable Long payload) {}

    /**
     * What became of a write of a key.
     *
     * @param applied else its condition did not hold
     * @param at the write that made the key's value; null where it has none
     */
    record Written(boolean applied, @Nullable Position at) implements Answer {}

    /**
     * The value of a key.
     *
     * @param at the write that put it
     * @param token the number of that operation, as the value says
     * @param hash {@link Content#hash} of the value
     */
    record Value(Position at, long token, long hash) implements Answer {}

    /** The key has no value. */
    record Absent() implements Answer {}

    /** It never left the client, or was refused: it is certainly without effect. */
    record NotDone(String why) implements Answer {}

    /** Nobody was told: a write may have an effect, now or later. */
    record Unknown(String why) implements Answer {}

    /** Whether the operation was served. */
    default boolean served() {
        return !(this instanceof NotDone
                || this instanceof Unknown
                || (this instanceof Found found && !found.complete()));
    }
}
