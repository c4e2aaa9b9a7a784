package io.nearstream.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Turns failures into one line for people. */
final class Failures {
    private static final String OURS = "io.nearstream.";

    private Failures() {}

    /**
     * What to tell of a failure: messages of our own and of files as they are, anything else with
     * its type, since nobody foresaw it.
     */
    static String message(Throwable failure) {
        if (failure instanceof FileSystemException file) {
            return oneLine(file.getFile() + ": " + reason(file) + ".");
        }
        String message = failure.getMessage();
        boolean foreseen =
                failure.getClass().getName().startsWith(OURS)
                        || failure instanceof IllegalArgumentException
                        || failure.getClass() == IOException.class;
        if (foreseen && message != null) {
            return oneLine(message);
        }
        return oneLine(failure.getClass().getSimpleName() + ": " + message);
    }

    /** Java says some reasons by the type alone. */
    private static String reason(FileSystemException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory"
                    + (failure.getReason() == null ? "" : ": " + failure.getReason());
        }
        if (failure instanceof AccessDeniedException) {
            return "access denied";
        }
        return failure.getReason() == null
                ? failure.getClass().getSimpleName()
                : failure.getReason();
    }

    static String oneLine(String message) {
        return message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
