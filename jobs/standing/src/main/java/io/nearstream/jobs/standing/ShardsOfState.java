package io.nearstream.jobs.standing;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many shards the state of a job has, known before it is submitted: the name of the operator
 * says it, which lies in the metadata of checkpoints and savepoints; the rows lie where only tasks
 * read them.
 */
public final class ShardsOfState {
    /** Of the operator that keeps the shards. */
    public static final String UID = "standing.shards.v1";

    private static final Pattern NAME =
            Pattern.compile("Keep standing queries, shards: (\\d{1,5})");

    private ShardsOfState() {}

    /** The name of the operator. */
    static String operatorName(int shards) {
        return "Keep standing queries, shards: " + shards;
    }

    /** What the name of the operator says; empty of a name that an earlier build gave it. */
    public static OptionalInt read(String operatorName) {
        Matcher name = NAME.matcher(operatorName);
        return name.matches()
                ? OptionalInt.of(Integer.parseInt(name.group(1)))
                : OptionalInt.empty();
    }
}
