package io.nearstream.chaos.history;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** One line of a journal, as JSON. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "line")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Line.Start.class, name = "start"),
    @JsonSubTypes.Type(value = Line.Begin.class, name = "begin"),
    @JsonSubTypes.Type(value = Line.End.class, name = "end"),
    @JsonSubTypes.Type(value = Line.Looked.class, name = "look")
})
sealed interface Line {
    /** Reads and writes lines; thread-safe. */
    ObjectMapper JSON = JsonMapper.builder().build();

    /** The first line. */
    record Start(History.Subject subject) implements Line {}

    /** An operation is about to leave. */
    record Begin(long number, long at, Ask what) implements Line {}

    /** Its answer has come. */
    record End(long number, long at, Answer answer) implements Line {}

    /** Somebody looked at the jobs. */
    record Looked(History.Look look) implements Line {}
}
