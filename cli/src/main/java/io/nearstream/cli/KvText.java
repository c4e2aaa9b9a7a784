package io.nearstream.cli;

import io.nearstream.core.model.Version;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values, versions and times of keys, as people and programs read them. */
final class KvText {
    /** A table shows the beginning of a value; JSON and {@code --raw} all of it. */
    private static final int CHARACTERS_SHOWN = 60;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,19})-(\\d{1,9})-(\\d{1,18})");
    private static final int ENOUGH = 2;

    private KvText() {}

    /** A value for a table: text, or hexadecimal where it is none, and cut. */
    static String shown(byte[] value) {
        Optional<String> text = Records.text(ByteBuffer.wrap(value));
        if (text.isPresent()) {
            return cut(text.get(), value.length);
        }
        int bytes = Math.min(value.length, CHARACTERS_SHOWN / 2);
        return cut("0x" + HexFormat.of().formatHex(value, 0, bytes), value.length, bytes);
    }

    private static String cut(String text, int bytes) {
        return text.length() <= CHARACTERS_SHOWN
                ? text
                : text.substring(0, CHARACTERS_SHOWN) + "... (" + bytes + " bytes)";
    }

    private static String cut(String hex, int bytes, int shown) {
        return shown == bytes ? hex : hex + "... (" + bytes + " bytes)";
    }

    /** Adds a value to a document: as text where it is text, else in base 64. */
    static void putValue(Map<String, Object> document, byte[] value) {
        Optional<String> text = Records.text(ByteBuffer.wrap(value));
        document.put(
                text.isPresent() ? "value" : "value_base64",
                text.orElseGet(() -> Base64.getEncoder().encodeToString(value)));
    }

    /** A version as it is printed, and given to {@code --if-version}: time, partition, offset. */
    static String version(Version version) {
        return "%d-%d-%d".formatted(version.time(), version.partition(), version.offset());
    }

    /**
     * A version that was printed.
     *
     * @throws IllegalArgumentException if it is not one
     */
    static Version parseVersion(String text) {
        Matcher parts = VERSION.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "--if-version must be TIME-PARTITION-OFFSET as get and put print it, but was '%s'."
                            .formatted(text));
        }
        try {
            return new Version(
                    Long.parseLong(parts.group(1)),
                    Integer.parseInt(parts.group(2)),
                    Long.parseLong(parts.group(3)));
        } catch (NumberFormatException tooLarge) {
            throw new IllegalArgumentException(
                    "--if-version has a number that is too large: '%s'.".formatted(text), tooLarge);
        }
    }

    /** A span of time in its largest unit that leaves at least two of it; never negative. */
    static String span(long millis) {
        Duration span = Duration.ofMillis(Math.max(0, millis));
        if (span.toDays() >= ENOUGH) {
            return span.toDays() + " d";
        }
        if (span.toHours() >= ENOUGH) {
            return span.toHours() + " h";
        }
        if (span.toMinutes() >= ENOUGH) {
            return span.toMinutes() + " min";
        }
        return span.toSeconds() >= ENOUGH ? span.toSeconds() + " s" : span.toMillis() + " ms";
    }
}
