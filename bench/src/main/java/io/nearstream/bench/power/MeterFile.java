package io.nearstream.bench.power;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a meter's file: a line for each reading, fields between commas, semicolons or tabs (what
 * the first line has), perhaps in double quotes. Empty lines and lines that begin with {@code #}
 * say nothing. The first of the others is a heading unless one of its fields is a number. A comma
 * may stand for the decimal point where it does not stand between fields. Every line has as many
 * fields as the first one. Times must rise.
 */
public final class MeterFile {
    /** Readings of a file, at most: ten a second for more than two days. */
    static final int READINGS_MAX = 2_000_000;

    private static final Set<String> TIMES =
            Set.of("time", "timestamp", "datetime", "date", "date/time");
    private static final Set<String> WATTS =
            Set.of("watts", "watt", "w", "power", "power_w", "power (w)", "power [w]");

    private final Path file;
    private final MeterFormat format;
    private final List<Reading> readings = new ArrayList<>();
    private int line;
    private char separator;
    private int columns;
    private int timeAt;
    private int wattsAt;

    private MeterFile(Path file, MeterFormat format) {
        this.file = file;
        this.format = format;
    }

    /**
     * The readings of a file, in the order of time.
     *
     * @throws IOException that names the file, the line and the field
     */
    public static List<Reading> read(Path file, MeterFormat format) throws IOException {
        return new MeterFile(file, format).read();
    }

    private List<Reading> read() throws IOException {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            for (String text = in.readLine(); text != null; text = in.readLine()) {
                line++;
                String content = line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
                if (!content.isBlank() && !content.startsWith("#")) {
                    take(content);
                }
            }
        } catch (MalformedInputException binary) {
            throw new IOException("%s is no text in UTF-8.".formatted(file), binary);
        }
        if (readings.isEmpty()) {
            throw new IOException("%s has no readings.".formatted(file));
        }
        return List.copyOf(readings);
    }

    private void take(String text) throws IOException {
        if (columns == 0) {
            separator = MeterText.separator(text);
        }
        List<String> fields = split(text);
        if (columns == 0) {
            columns = fields.size();
            boolean heading =
                    fields.stream()
                            .noneMatch(
                                    field -> MeterText.number(field, decimalComma()).isPresent());
            timeAt = column("--time-column", format.timeColumn(), TIMES, 0, heading, fields);
            wattsAt = column("--watts-column", format.wattsColumn(), WATTS, 1, heading, fields);
            if (heading) {
                return;
            }
        }
        if (readings.size() == READINGS_MAX) {
            throw wrong(
                    "a file may have %d readings, and has more: cut it".formatted(READINGS_MAX));
        }
        readings.add(reading(fields));
    }

    private List<String> split(String text) throws IOException {
        try {
            return MeterText.fields(text, separator);
        } catch (IllegalArgumentException broken) {
            throw wrong(broken.getMessage(), broken);
        }
    }

    private Reading reading(List<String> fields) throws IOException {
        if (fields.size() != columns) {
            throw wrong(
                    "there must be %d columns, as in the first line, but there are %d; decimal commas need semicolons or tabs between columns"
                            .formatted(columns, fields.size()));
        }
        Instant at = time(fields.get(timeAt));
        if (!readings.isEmpty()) {
            Instant before = readings.get(readings.size() - 1).at();
            if (!before.isBefore(at)) {
                throw wrong(
                        "column %d: times must rise, but %s comes behind %s"
                                .formatted(timeAt + 1, at, before));
            }
        }
        String text = fields.get(wattsAt);
        double watts =
                MeterText.number(text, decimalComma()).map(BigDecimal::doubleValue).orElse(-1.0);
        if (!Reading.isPower(watts)) {
            throw wrong(
                    "column %d: watts must be a number between 0 and %.0f, but was '%s'"
                            .formatted(wattsAt + 1, Reading.WATTS_MAX, text));
        }
        return new Reading(at, watts);
    }

    private Instant time(String text) throws IOException {
        try {
            return MeterText.time(text, decimalComma(), format.zone());
        } catch (IllegalArgumentException broken) {
            throw wrong("column %d: %s".formatted(timeAt + 1, broken.getMessage()), broken);
        }
    }

    private int column(
            String option,
            Optional<String> asked,
            Set<String> usual,
            int otherwise,
            boolean heading,
            List<String> fields)
            throws IOException {
        if (asked.isPresent() && asked.get().matches("[1-9]\\d{0,3}")) {
            int number = Integer.parseInt(asked.get());
            if (number > columns) {
                throw wrong(
                        "%s must be between 1 and %d, but was %d"
                                .formatted(option, columns, number));
            }
            return number - 1;
        }
        if (!heading && asked.isEmpty() && columns == 2) {
            return otherwise;
        }
        if (!heading) {
            throw wrong(
                    "%s must be a number from 1 to %d, since there is no heading, but was %s"
                            .formatted(option, columns, asked.orElse("not given")));
        }
        for (int i = 0; i < fields.size(); i++) {
            String name = fields.get(i).toLowerCase(Locale.ROOT);
            if (asked.map(it -> it.equalsIgnoreCase(name)).orElse(usual.contains(name))) {
                return i;
            }
        }
        throw wrong(
                "%s must be one of %s, but was %s"
                        .formatted(option, fields, asked.orElse("not given")));
    }

    private boolean decimalComma() {
        return separator != ',';
    }

    private IOException wrong(String what) {
        return wrong(what, null);
    }

    private IOException wrong(String what, Exception cause) {
        return new IOException("%s: line %d: %s.".formatted(file, line, what), cause);
    }
}
