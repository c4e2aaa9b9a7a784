package io.nearstream.bench.stream;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a stream of writes and searches does, in the format of the big-ann-benchmarks streaming
 * track: YAML with one key per data set, below it {@code max_pts} and numbered steps. A tag is what
 * a record is called in answers; an insert gives row r the tag r. A field of ours, {@code
 * rows_by_label}, says that ranges of rows are meant to be classes.
 *
 * @param name the data set's key
 * @param steps in their order
 * @param byLabel whether rows have to be taken in the order of their labels
 */
public record Runbook(String name, List<Step> steps, boolean byLabel) {
    /** A step that stands twice would silently be one. */
    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    public Runbook {
        steps = List.copyOf(steps);
    }

    /** What a step does. */
    public enum Operation {
        INSERT,
        DELETE,
        REPLACE,
        SEARCH
    }

    /**
     * One step.
     *
     * @param number as the file says
     * @param operation what it does
     * @param firstTag of an insert, delete or replace
     * @param count of tags
     * @param firstRow row of the base file whose vector the first tag is given; the others follow
     */
    public record Step(int number, Operation operation, int firstTag, int count, int firstRow) {}

    /**
     * Reads a runbook.
     *
     * @param rows of the base file: no step may name others
     * @throws IOException that names the file, the step and the field
     */
    public static Runbook read(Path file, int rows) throws IOException {
        JsonNode root = tree(file);
        if (root == null || !root.isObject() || root.size() != 1) {
            throw new IOException(
                    "%s: a runbook has one key, the data set's name, with its steps below."
                            .formatted(file));
        }
        Map.Entry<String, JsonNode> only = root.fields().next();
        TreeMap<Integer, JsonNode> numbered = new TreeMap<>();
        only.getValue()
                .fields()
                .forEachRemaining(
                        field -> {
                            if (field.getKey().matches("\\d{1,9}")) {
                                numbered.put(Integer.parseInt(field.getKey()), field.getValue());
                            }
                        });
        if (numbered.isEmpty()) {
            throw new IOException("%s: '%s' has no numbered steps.".formatted(file, only.getKey()));
        }
        List<Step> steps = new ArrayList<>();
        for (Map.Entry<Integer, JsonNode> step : numbered.entrySet()) {
            steps.add(new Reader(file, step.getKey(), step.getValue(), rows).step());
        }
        boolean byLabel = only.getValue().path("rows_by_label").asBoolean();
        Runbook runbook = new Runbook(only.getKey(), steps, byLabel);
        if (runbook.searches() == 0) {
            throw new IOException(
                    "%s: '%s' has no search step, so there would be nothing to judge."
                            .formatted(file, only.getKey()));
        }
        return runbook;
    }

    private static JsonNode tree(Path file) throws IOException {
        try {
            return YAML.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException broken) {
            JsonLocation where = broken.getLocation();
            throw new IOException(
                    "%s is no YAML%s: %s"
                            .formatted(
                                    file,
                                    where == null ? "" : ", line " + where.getLineNr(),
                                    broken.getOriginalMessage()),
                    broken);
        }
    }

    /** Searches. */
    public long searches() {
        return steps.stream().filter(step -> step.operation == Operation.SEARCH).count();
    }

    /** Reads one step. */
    private record Reader(Path file, int number, JsonNode fields, int rows) {
        Step step() throws IOException {
            String operation = fields.path("operation").asText("");
            return switch (operation) {
                case "insert" -> range(Operation.INSERT, "start", "end");
                case "delete" -> range(Operation.DELETE, "start", "end");
                case "replace" -> replace();
                case "search" -> new Step(number, Operation.SEARCH, 0, 0, 0);
                default ->
                        throw wrong(
                                "operation must be insert, delete, replace or search, but was '%s'"
                                        .formatted(operation));
            };
        }

        private Step range(Operation operation, String startField, String endField)
                throws IOException {
            int start = row(startField, 0, rows - 1);
            int end = row(endField, start + 1, rows);
            return new Step(number, operation, start, end - start, start);
        }

        private Step replace() throws IOException {
            Step tags = range(Operation.REPLACE, "tags_start", "tags_end");
            Step ids = range(Operation.REPLACE, "ids_start", "ids_end");
            if (tags.count() != ids.count()) {
                throw wrong(
                        "ids_start to ids_end must be as many rows as tags_start to tags_end, %d, but was %d"
                                .formatted(tags.count(), ids.count()));
            }
            return new Step(
                    number, Operation.REPLACE, tags.firstTag(), tags.count(), ids.firstTag());
        }

        private int row(String field, int least, int most) throws IOException {
            JsonNode value = fields.path(field);
            if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
                throw wrong(
                        "%s must be a row between %d and %d, but was %s"
                                .formatted(
                                        field,
                                        least,
                                        most,
                                        value.isMissingNode() ? "missing" : value));
            }
            return value.intValue();
        }

        private IOException wrong(String what) {
            return new IOException("%s: step %d: %s.".formatted(file, number, what));
        }
    }
}
