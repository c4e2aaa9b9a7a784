package io.nearstream.bench.power;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Fields, numbers and times, as meters write them. Stateless. */
final class MeterText {
    /** Seconds since 1970 below this number, milliseconds from it on: the years 5138 and 1973. */
    private static final BigDecimal FIRST_MILLIS = new BigDecimal("1e11");

    /** The year 5138, in milliseconds: a larger number is no time. */
    private static final BigDecimal LAST_MILLIS = new BigDecimal("1e14");

    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,18})?");
    private static final Pattern ZONED = Pattern.compile(".*(Z|[+-]\\d{2}:?\\d{2})");

    private MeterText() {}

    /** Tab where the line has one, else semicolon, else comma. */
    static char separator(String line) {
        if (line.indexOf('\t') >= 0) {
            return '\t';
        }
        return line.indexOf(';') >= 0 ? ';' : ',';
    }

    /**
     * The fields of a line, without the blanks around them. One that begins with a double quote
     * ends with the next one; a doubled quote within stands for one.
     *
     * @throws IllegalArgumentException when a quote is not closed, or followed by more
     */
    static List<String> fields(String line, char separator) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < line.length() && line.charAt(at) == ' ') {
                at++;
            }
            int end;
            if (at < line.length() && line.charAt(at) == '"') {
                end = closing(line, at);
                fields.add(line.substring(at + 1, end).replace("\"\"", "\"").strip());
                end++;
                while (end < line.length() && line.charAt(end) == ' ') {
                    end++;
                }
                if (end < line.length() && line.charAt(end) != separator) {
                    throw new IllegalArgumentException("something stands behind a closing quote");
                }
            } else {
                int next = line.indexOf(separator, at);
                end = next < 0 ? line.length() : next;
                fields.add(line.substring(at, end).strip());
            }
            if (end >= line.length()) {
                return fields;
            }
            at = end + 1;
        }
    }

    private static int closing(String line, int opening) {
        for (int at = opening + 1; at < line.length(); at++) {
            if (line.charAt(at) == '"') {
                if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
                    at++;
                } else {
                    return at;
                }
            }
        }
        throw new IllegalArgumentException("a quote is not closed");
    }

    /**
     * A plain number, without separators of thousands.
     *
     * @param decimalComma whether a comma may stand for the point
     */
    static Optional<BigDecimal> number(String text, boolean decimalComma) {
        String plain = decimalComma ? text.replace(',', '.') : text;
        return NUMBER.matcher(plain).matches()
                ? Optional.of(new BigDecimal(plain))
                : Optional.empty();
    }

    /**
     * A time: seconds or milliseconds since 1970, or ISO 8601 with {@code T} or a blank between day
     * and time.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static Instant time(String text, boolean decimalComma, Optional<ZoneId> zone) {
        Optional<BigDecimal> number = number(text, decimalComma);
        if (number.isPresent()) {
            return sinceEpoch(number.get(), text);
        }
        String iso = text.replace(' ', 'T').replace(',', '.');
        try {
            if (ZONED.matcher(iso).matches()) {
                return OffsetDateTime.parse(withColon(iso)).toInstant();
            }
            LocalDateTime local = LocalDateTime.parse(iso);
            return zone.map(of -> local.atZone(of).toInstant())
                    .orElseThrow(
                            () ->
                                    new IllegalArgumentException(
                                            "the time '%s' names no zone: say which with --zone, as UTC or Europe/Berlin"
                                                    .formatted(text)));
        } catch (DateTimeParseException broken) {
            throw new IllegalArgumentException(
                    "a time must be seconds or milliseconds since 1970 or as 2026-11-22T10:00:00.5Z, but was '%s'"
                            .formatted(text),
                    broken);
        }
    }

    private static Instant sinceEpoch(BigDecimal number, String text) {
        if (number.signum() < 0 || number.compareTo(LAST_MILLIS) >= 0) {
            throw new IllegalArgumentException(
                    "a time must be seconds or milliseconds since 1970, but was '%s'"
                            .formatted(text));
        }
        int shift = number.compareTo(FIRST_MILLIS) < 0 ? 9 : 6;
        BigDecimal nanos = number.movePointRight(shift).setScale(0, RoundingMode.HALF_UP);
        BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }

    /** Some write an offset as +0100. */
    private static String withColon(String iso) {
        return iso.replaceFirst("([+-]\\d{2})(\\d{2})$", "$1:$2");
    }
}
