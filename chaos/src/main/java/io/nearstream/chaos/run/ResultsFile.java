package io.nearstream.chaos.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.TreeSet;

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

    /** Adds a line. */
    public void add(Report report) throws IOException {
        Files.writeString(
                path, report.toJson() + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** The seeds that a commit has been run with, whatever came out. */
    public Set<Long> seeds(String commit) throws IOException {
        Set<Long> seeds = new TreeSet<>();
        if (Files.exists(path)) {
            for (String line : Files.readAllLines(path)) {
                JsonNode result = JSON.readTree(line);
                if (result.path("commit").asText().equals(commit)) {
                    seeds.add(result.path("seed").asLong());
                }
            }
        }
        return seeds;
    }
}
