package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import java.io.IOException;

/** Turns failures into one line for people. */
final class Failures {
    private Failures() {}

    /**
     * What to tell of a failure: messages of our own and of files as they are, anything else with
     * its type, since nobody foresaw it.
     */
    static String message(Throwable failure) {
        String message = failure.getMessage();
        boolean foreseen =
                failure instanceof NearstreamException
                        || failure instanceof IllegalArgumentException
                        || failure.getClass() == IOException.class;
        if (foreseen && message != null) {
            return oneLine(message);
        }
        return oneLine(failure.getClass().getSimpleName() + ": " + message);
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
