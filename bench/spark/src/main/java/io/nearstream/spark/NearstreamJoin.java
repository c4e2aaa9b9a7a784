package io.nearstream.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code nearstream batch join} on rows, in a JVM of its own; the clock is the command's: reading,
 * learning cells, starting and running the job, without the start of the JVM.
 *
 * @param visiting how far a row looked into other cells, above 0, 1 finds every pair
 * @param recall of the pairs that came out, 0 to 1
 * @param seconds of all that
 */
record NearstreamJoin(double visiting, double recall, double seconds) {
    /**
     * Runs it.
     *
     * @param command the script {@code nearstream}
     * @param file the rows, .bvecs
     * @param visiting how far a row looks into other cells, above 0
     * @throws IOException if the command fails
     */
    static NearstreamJoin run(
            Path command, Path file, TruePairs truth, double visiting, int cores, Path scratch)
            throws IOException, InterruptedException {
        Path out = scratch.resolve("pairs.csv");
        Path summary = scratch.resolve("summary.json");
        Process process =
                new ProcessBuilder(
                                command.toString(),
                                "batch",
                                "join",
                                "--base",
                                file.toString(),
                                "--metric",
                                "l2",
                                "--eps",
                                Double.toString(truth.eps()),
                                "--visiting",
                                Double.toString(visiting),
                                "--parallelism",
                                Integer.toString(cores),
                                "--out",
                                out.toString(),
                                "--overwrite",
                                "--json")
                        .redirectOutput(summary.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("%s batch join ended with code %d.".formatted(command, code));
        }
        JsonNode told = new ObjectMapper().readTree(summary.toFile());
        double seconds = told.required("learn_s").asDouble() + told.required("join_s").asDouble();
        return new NearstreamJoin(visiting, truth.recall(pairs(out)), seconds);
    }

    private static Set<Long> pairs(Path file) throws IOException {
        Set<Long> pairs = new HashSet<>();
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        for (String line : lines.subList(1, lines.size())) {
            String[] parts = line.split(",");
            pairs.add(TruePairs.pair(Integer.parseInt(parts[0]), Integer.parseInt(parts[1])));
        }
        return pairs;
    }

    /** For programs. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("visiting", visiting);
        document.put("recall", recall);
        document.put("seconds", seconds);
        return document;
    }
}
