package io.nearstream.core.model;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is accepted at most, checked where input enters. Sizes in bytes, times in milliseconds. None
 * may go beyond what row formats, the topics' largest message and waiting answers have room for.
 *
 * @param idBytes 1 to this many bytes of UTF-8
 * @param dimensions 1 to this many
 * @param labels labels per record
 * @param labelBytes bytes of UTF-8 per label
 * @param payloadBytes bytes of a payload
 * @param k nearest neighbours asked for
 * @param rangeHits hits of a range answer
 * @param batchVectors query vectors (or ids) of one probe
 * @param batchBytes bytes of one probe's query vectors
 * @param deadlineMs longest deadline of a probe
 * @param keyBytes 1 to this many bytes of UTF-8 of a key
 * @param valueBytes bytes of a key's value
 */
public record Limits(
        int idBytes,
        int dimensions,
        int labels,
        int labelBytes,
        int payloadBytes,
        int k,
        int rangeHits,
        int batchVectors,
        int batchBytes,
        long deadlineMs,
        int keyBytes,
        int valueBytes)
        implements Serializable {

    public static final Limits DEFAULT =
            new Limits(
                    512, 4_096, 32, 64, 1 << 20, 1_000, 10_000, 256, 2 << 20, 60_000, 1_024,
                    1 << 20);

    private static final Pattern COLLECTION_NAME = Pattern.compile("[a-z0-9._-]{1,128}");

    public Limits {
        within("limits.id-bytes", idBytes, Short.MAX_VALUE);
        within("limits.dimensions", dimensions, 65_536);
        within("limits.labels", labels, 255);
        within("limits.label-bytes", labelBytes, 255);
        within("limits.payload-bytes", payloadBytes, 3 << 20);
        within("limits.k", k, 100_000);
        within("limits.range-hits", rangeHits, 100_000);
        within("limits.batch-vectors", batchVectors, 4_096);
        within("limits.batch-bytes", batchBytes, 3 << 20);
        within("limits.deadline", deadlineMs, 100_000);
        within("limits.key-bytes", keyBytes, 16 << 10);
        within("limits.value-bytes", valueBytes, 3 << 20);
    }

    private static void within(String name, long value, long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(
                    "'nearstream.%s' must be between 1 and %d, but was %d."
                            .formatted(name, max, value));
        }
    }

    /** Refuses a name that is not 1 to 128 characters of {@code [a-z0-9._-]}. */
    public static void checkCollectionName(String name) throws RefusedException {
        if (!COLLECTION_NAME.matcher(name).matches()) {
            throw new RefusedException(
                    Reason.BAD_COLLECTION_NAME,
                    "collection must be 1 to 128 characters of [a-z0-9._-], but was %s."
                            .formatted(quote(name)));
        }
    }

    /** Refuses an id that is empty, over the limit or not to be written as UTF-8. */
    public void checkId(String id) throws RefusedException {
        checkUtf8("id", Reason.BAD_ID, id);
        int bytes = utf8Length(id);
        if (bytes < 1 || bytes > idBytes) {
            throw new RefusedException(
                    Reason.BAD_ID,
                    "id must be 1 to %d bytes of UTF-8, but has %d.".formatted(idBytes, bytes));
        }
    }

    /** Refuses a key that is empty, over the limit or not to be written as UTF-8. */
    public void checkKey(String key) throws RefusedException {
        checkUtf8("key", Reason.BAD_KEY, key);
        int bytes = utf8Length(key);
        if (bytes < 1 || bytes > keyBytes) {
            throw new RefusedException(
                    Reason.BAD_KEY,
                    "key must be 1 to %d bytes of UTF-8, but has %d.".formatted(keyBytes, bytes));
        }
    }

    /** Refuses a key's value over the limit. */
    public void checkValue(int bytes) throws RefusedException {
        if (bytes > valueBytes) {
            throw new RefusedException(
                    Reason.VALUE_TOO_LARGE,
                    "value must be at most %d bytes, but has %d.".formatted(valueBytes, bytes));
        }
    }

    /** Refuses too many labels, and empty or overlong ones. */
    public void checkLabels(List<String> values) throws RefusedException {
        if (values.size() > labels) {
            throw new RefusedException(
                    Reason.BAD_LABELS,
                    "labels must be at most %d, but are %d.".formatted(labels, values.size()));
        }
        for (String label : values) {
            int bytes = utf8Length(label);
            if (bytes < 1 || bytes > labelBytes) {
                throw new RefusedException(
                        Reason.BAD_LABELS,
                        "a label must be 1 to %d bytes of UTF-8, but %s has %d."
                                .formatted(labelBytes, quote(label), bytes));
            }
        }
    }

    /** Refuses a payload over the limit. */
    public void checkPayload(int bytes) throws RefusedException {
        if (bytes > payloadBytes) {
            throw new RefusedException(
                    Reason.PAYLOAD_TOO_LARGE,
                    "payload must be at most %d bytes, but has %d.".formatted(payloadBytes, bytes));
        }
    }

    /** Half a character would be written as a question mark, and two keys become one. */
    private static void checkUtf8(String what, Reason reason, String value)
            throws RefusedException {
        for (int i = 0; i < value.length(); i++) {
            if (Character.isSurrogate(value.charAt(i))) {
                if (!Character.isSurrogatePair(
                        value.charAt(i), i + 1 < value.length() ? value.charAt(i + 1) : ' ')) {
                    throw new RefusedException(
                            reason,
                            "%s must be whole characters, but has half of one (\\u%04X) at position %d."
                                    .formatted(what, (int) value.charAt(i), i));
                }
                i++;
            }
        }
    }

    private static int utf8Length(String value) {
        return value.getBytes(StandardCharsets.UTF_8).length;
    }

    /** A value for a message: quoted, and cut when it is long. */
    public static String quote(String value) {
        int shown = 80;
        return value.length() <= shown
                ? "'" + value + "'"
                : "'" + value.substring(0, shown) + "...' (" + value.length() + " characters)";
    }
}
