package io.nearstream.bench.stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What one system did with a runbook; a process of its own hands it over as JSON.
 *
 * @param description product, version and parameters, for people
 * @param java version of the Java that it ran on
 * @param replay its answers and times
 * @param atEnd answers to all queries after the last step
 * @param fresh answers of a new index of what was live in the end, asked with the same effort
 */
record ReplayRun(String description, String java, Replay replay, int[][] atEnd, int[][] fresh) {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    void write(Path file) throws IOException {
        MAPPER.writeValue(file.toFile(), this);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException naming the field that is missing or wrong
     */
    static ReplayRun parse(String json) throws IOException {
        ReplayRun run = MAPPER.readValue(json, ReplayRun.class);
        if (run.description == null
                || run.java == null
                || run.replay == null
                || run.atEnd == null
                || run.fresh == null) {
            throw new IOException(
                    "A run must have description, java, replay, atEnd and fresh, but one is missing.");
        }
        return run;
    }
}
