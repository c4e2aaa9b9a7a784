package io.nearstream.bench.power;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Reads what a cluster did: a JSON object for each interval, one in a line, with {@code from},
 * {@code to} and {@code operations}; other fields say nothing here. Times are milliseconds or
 * seconds since 1970, or ISO 8601. Intervals may come in any order and must not overlap: energy
 * that two of them used together belongs to neither.
 */
public final class WorkFile {
    /** Intervals of a file, at most: one a second for more than a week. */
    static final int INTERVALS_MAX = 1_000_000;

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    private WorkFile() {}

    private record Numbered(int line, WorkInterval interval) {}

    /**
     * The intervals of a file, in the order of time.
     *
     * @param zone of times that name none
     * @throws IOException that names the file, the line and the field
     */
    public static List<WorkInterval> read(Path file, Optional<ZoneId> zone) throws IOException {
        List<Numbered> intervals = new ArrayList<>();
        int number = 0;
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (intervals.size() == INTERVALS_MAX) {
                    throw wrong(
                            file,
                            number,
                            "a file may have %d intervals, and has more: cut it"
                                    .formatted(INTERVALS_MAX),
                            null);
                }
                intervals.add(new Numbered(number, interval(file, number, line, zone)));
            }
        } catch (MalformedInputException binary) {
            throw new IOException("%s is no text in UTF-8.".formatted(file), binary);
        }
        if (intervals.isEmpty()) {
            throw new IOException("%s has no intervals.".formatted(file));
        }
        intervals.sort(Comparator.comparing(numbered -> numbered.interval().time().from()));
        requireApart(file, intervals);
        return intervals.stream().map(Numbered::interval).toList();
    }

    private static WorkInterval interval(Path file, int number, String line, Optional<ZoneId> zone)
            throws IOException {
        JsonNode fields;
        try {
            fields = JSON.readTree(line);
        } catch (JsonProcessingException broken) {
            throw wrong(file, number, "is no JSON: " + broken.getOriginalMessage(), broken);
        }
        Instant from = time(file, number, fields.path("from"), "from", zone);
        Instant to = time(file, number, fields.path("to"), "to", zone);
        if (!from.isBefore(to)) {
            throw wrong(
                    file,
                    number,
                    "to must be later than from, %s, but was %s".formatted(from, to),
                    null);
        }
        JsonNode operations = fields.path("operations");
        if (!operations.isIntegralNumber()
                || !operations.canConvertToLong()
                || operations.longValue() < 0) {
            throw wrong(
                    file,
                    number,
                    "operations must be a whole number from 0 on, but was " + shown(operations),
                    null);
        }
        return new WorkInterval(new Span(from, to), operations.longValue());
    }

    private static Instant time(
            Path file, int number, JsonNode value, String field, Optional<ZoneId> zone)
            throws IOException {
        if (!value.isTextual() && !value.isNumber()) {
            throw wrong(
                    file,
                    number,
                    "%s must be a time, but was %s".formatted(field, shown(value)),
                    null);
        }
        String text = value.isNumber() ? value.decimalValue().toPlainString() : value.textValue();
        try {
            return MeterText.time(text, false, zone);
        } catch (IllegalArgumentException broken) {
            throw wrong(file, number, field + ": " + broken.getMessage(), broken);
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "missing" : value.toString();
    }

    private static void requireApart(Path file, List<Numbered> sorted) throws IOException {
        for (int i = 1; i < sorted.size(); i++) {
            Numbered before = sorted.get(i - 1);
            Numbered after = sorted.get(i);
            if (after.interval().time().from().isBefore(before.interval().time().to())) {
                throw wrong(
                        file,
                        after.line(),
                        "intervals must not overlap, but from, %s, lies within line %d: add up what ran at the same time"
                                .formatted(after.interval().time().from(), before.line()),
                        null);
            }
        }
    }

    private static IOException wrong(Path file, int line, String what, Exception cause) {
        return new IOException("%s: line %d: %s.".formatted(file, line, what), cause);
    }
}
