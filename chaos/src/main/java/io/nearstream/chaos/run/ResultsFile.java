package io.nearstream.chaos.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One line of JSON for each seed that was run, so that a long trial can be gone on with. Not
 * thread-safe.
 */
public final class ResultsFile {
    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final Path path;

    /** The file need not exist. */
    public ResultsFile(Path path) {
        this.path = path;
    }

    /** Adds a line, in the place of one that a run which was killed has left half written. */
    public void add(Report report) throws IOException {
        cutTornLine();
        Files.writeString(
                path, report.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /**
     * Whether the run of a seed had nothing wrong; of several, the last. Empty where the commit has
     * not been run with it.
     *
     * @throws IOException when a line is damaged; the message names it. A last one without an end
     *     does not count
     */
    public Optional<Boolean> passed(String commit, long seed) throws IOException {
        Optional<Boolean> passed = Optional.empty();
        int number = 0;
        for (String line : whole().lines().toList()) {
            number++;
            JsonNode result = parse(line, number);
            if (result.path("commit").asText().equals(commit)
                    && result.path("seed").asLong() == seed) {
                passed = Optional.of(result.path("passed").asBoolean());
            }
        }
        return passed;
    }

    private JsonNode parse(String line, int number) throws IOException {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException damaged) {
            throw new IOException(
                    "%s, line %d is no JSON: %s"
                            .formatted(path, number, damaged.getOriginalMessage()),
                    damaged);
        }
    }

    /** All lines that were written to their end. */
    private String whole() throws IOException {
        String text = Files.exists(path) ? Files.readString(path) : "";
        return text.substring(0, text.lastIndexOf('\n') + 1);
    }

    private void cutTornLine() throws IOException {
        if (Files.exists(path)) {
            long end = whole().getBytes(StandardCharsets.UTF_8).length;
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.truncate(end);
            }
        }
    }
}
