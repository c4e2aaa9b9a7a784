package io.nearstream.client;

import org.apache.flink.queryablestate.exceptions.UnknownKeyOrNamespaceException;
import org.apache.flink.queryablestate.network.BadRequestException;
import org.apache.flink.util.FlinkRuntimeException;

/**
 * What a failed call to the state means. A proxy sends refusals as the exceptions that they are and
 * everything else as text in a {@link RuntimeException}; only the exception itself counts as "no
 * such key", never a text, which may quote anything. While a job restarts, its state, its location
 * or the job itself is unknown: none of these says anything about a key.
 */
final class FlinkStateFailures {
    private static final String CAUSE = "Caused by:";
    private static final int TEXT_MAX = 300;

    private FlinkStateFailures() {}

    /** Whether the state was asked and has no entry of the key. */
    static boolean isNoSuchKey(Throwable failure) {
        return Gets.unwrap(failure) instanceof UnknownKeyOrNamespaceException;
    }

    /** Whether the state was read, but not understood: asking again gives the same. */
    static boolean isUnreadable(Throwable failure) {
        return Gets.unwrap(failure) instanceof FlinkRuntimeException;
    }

    /** Whether the proxy itself has answered, so that the connection to it is good. */
    static boolean isAnswer(Throwable failure) {
        Throwable cause = Gets.unwrap(failure);
        return cause instanceof BadRequestException || cause.getClass() == RuntimeException.class;
    }

    /** One line: the innermost cause, also of a failure that was sent as a stack trace. */
    static String text(Throwable failure) {
        Throwable cause = Gets.unwrap(failure);
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        String chosen = message.lines().findFirst().orElse("");
        for (String line : (Iterable<String>) message.lines()::iterator) {
            if (line.strip().startsWith(CAUSE)) {
                chosen = line.strip().substring(CAUSE.length());
            }
        }
        String text = chosen.strip();
        String shown = text.length() <= TEXT_MAX ? text : text.substring(0, TEXT_MAX) + "...";
        return cause.getClass() == RuntimeException.class && !shown.isEmpty()
                ? shown
                : cause.getClass().getSimpleName() + (shown.isEmpty() ? "" : ": " + shown);
    }
}
