package io.nearstream.bench.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nearstream.bench.BenchFiles;
import io.nearstream.core.model.Metric;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the files of a folder are. A folder may say it itself, in {@value #OWN_DESCRIPTOR}: an
 * object with the file names {@code base}, {@code query} and {@code truth}, {@code metric} ({@code
 * l2} or {@code cosine}), and if wanted {@code name} and the sweeps {@code cells} and {@code
 * candidates}. Known sets are described in {@code sets.json} beside this class, and recognised by
 * their base file; some of them only with the reason why they cannot be compared. A file's encoding
 * is told by the file.
 *
 * @param name of the set
 * @param files of the set
 * @param metric how distance is measured
 * @param cells how many cells our probes visit: rising, 1 or more each, at least 6 of them
 * @param candidates how many candidates a graph search keeps, alike
 */
public record DataSet(
        String name,
        BenchFiles files,
        Metric metric,
        List<Integer> cells,
        List<Integer> candidates) {
    static final String OWN_DESCRIPTOR = "nearstream-set.json";
    private static final String KNOWN = "sets.json";
    private static final String REFUSED = "refused";
    private static final int STEPS_MIN = 6;
    private static final List<Integer> CELLS = List.of(1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96);
    private static final List<Integer> CANDIDATES = List.of(10, 16, 24, 36, 56, 80, 120, 200);

    /** What every system that is compared can measure. */
    private static final List<Metric> METRICS = List.of(Metric.L2, Metric.COSINE);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    public DataSet {
        cells = requireSweep("cells", cells);
        candidates = requireSweep("candidates", candidates);
    }

    private static List<Integer> requireSweep(String field, List<Integer> steps) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) <= (i == 0 ? 0 : steps.get(i - 1))) {
                throw new IllegalArgumentException(
                        "'%s' must rise from 1 or more, but was %s.".formatted(field, steps));
            }
        }
        if (steps.size() < STEPS_MIN) {
            throw new IllegalArgumentException(
                    "'%s' must have at least %d steps, but was %s."
                            .formatted(field, STEPS_MIN, steps));
        }
        return List.copyOf(steps);
    }

    /**
     * The set in a folder.
     *
     * @throws IOException if the folder is none of the known ones and does not describe itself, or
     *     its description is wrong; the message names file and field
     */
    public static DataSet in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException("--data must be a folder, but %s is none.".formatted(folder));
        }
        Path own = folder.resolve(OWN_DESCRIPTOR);
        if (Files.exists(own)) {
            return parse(own.toString(), tree(own.toString(), Files.readAllBytes(own)), folder);
        }
        List<String> names = new ArrayList<>();
        for (JsonNode known : known()) {
            if (Files.exists(folder.resolve(known.path("base").asText()))) {
                if (known.has(REFUSED)) {
                    throw new IOException(
                            "--data: %s cannot be compared, since %s."
                                    .formatted(
                                            known.path("name").asText(),
                                            known.path(REFUSED).asText()));
                }
                return parse(KNOWN, known, folder);
            }
            if (!known.has(REFUSED)) {
                names.add(known.path("name").asText());
            }
        }
        throw new IOException(
                "--data: %s holds none of the known sets %s; describe it in a file %s in that folder."
                        .formatted(folder, names, OWN_DESCRIPTOR));
    }

    private static JsonNode known() throws IOException {
        try (InputStream in = DataSet.class.getResourceAsStream(KNOWN)) {
            if (in == null) {
                throw new IOException("The resource %s is missing.".formatted(KNOWN));
            }
            return tree(KNOWN, in.readAllBytes());
        }
    }

    private static JsonNode tree(String file, byte[] bytes) throws IOException {
        try {
            return MAPPER.readTree(new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonProcessingException broken) {
            throw new IOException(
                    "%s is no JSON: %s".formatted(file, broken.getOriginalMessage()), broken);
        }
    }

    private static DataSet parse(String file, JsonNode node, Path folder) throws IOException {
        try {
            BenchFiles files =
                    new BenchFiles(
                            folder.resolve(text(node, "base")),
                            folder.resolve(text(node, "query")),
                            folder.resolve(text(node, "truth")));
            for (Path each : List.of(files.base(), files.query(), files.truth())) {
                if (!Files.isReadable(each)) {
                    throw new IllegalArgumentException(
                            "there is no file %s, or it cannot be read.".formatted(each));
                }
            }
            return new DataSet(
                    node.path("name").asText(folder.toAbsolutePath().getFileName().toString()),
                    files,
                    metric(text(node, "metric")),
                    steps(node, "cells", CELLS),
                    steps(node, "candidates", CANDIDATES));
        } catch (IllegalArgumentException wrong) {
            throw new IOException("%s: %s".formatted(file, wrong.getMessage()), wrong);
        }
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new IllegalArgumentException(
                    "'%s' must be text, but %s."
                            .formatted(
                                    field, value.isMissingNode() ? "is missing" : "was " + value));
        }
        return value.textValue();
    }

    private static Metric metric(String name) {
        for (Metric metric : METRICS) {
            if (metric.name().equals(name.toUpperCase(Locale.ROOT))) {
                return metric;
            }
        }
        throw new IllegalArgumentException(
                "'metric' must be one of %s in lower case, but was '%s'.".formatted(METRICS, name));
    }

    private static List<Integer> steps(JsonNode node, String field, List<Integer> otherwise) {
        if (!node.has(field)) {
            return otherwise;
        }
        List<Integer> steps = new ArrayList<>();
        for (JsonNode step : node.path(field)) {
            steps.add(step.asInt());
        }
        return steps;
    }
}
