package io.nearstream.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import javax.annotation.Nullable;

/**
 * Knows whether keys and values that were given as arguments are what was typed. Java decodes them
 * before anybody sees them, and replaces each byte that it cannot decode by the same character: two
 * keys could become one.
 *
 * @param encoding that Java decodes arguments with
 * @param encoded whether the bytes of the command line are UTF-8, asked only where that matters
 */
record KvArguments(String encoding, BooleanSupplier encoded) {
    /** Of this process. */
    static final KvArguments HERE =
            new KvArguments(System.getProperty("sun.jnu.encoding", ""), KvArguments::isUtf8);

    private static final char REPLACEMENT = '\uFFFD';

    /** Linux has the bytes; elsewhere a replacement character may be one that was typed. */
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    /**
     * Refuses what was damaged on the way.
     *
     * @param name of the argument
     * @param text its value; null where it was not given
     * @throws IllegalArgumentException if Java could not decode it
     */
    void requireIntact(String name, @Nullable String text) {
        if (text == null || text.indexOf(REPLACEMENT) < 0) {
            return;
        }
        if (!decodesUtf8()) {
            throw new IllegalArgumentException(
                    "%s has characters that the locale's encoding, %s, does not have, and they would be lost: set LC_ALL=C.UTF-8, or use --lines or --file."
                            .formatted(name, encoding));
        }
        if (!encoded.getAsBoolean()) {
            throw new IllegalArgumentException(
                    "%s has bytes that are not UTF-8, as the locale demands, and they would be lost: use the terminal's locale, or --file for a value."
                            .formatted(name));
        }
    }

    private boolean decodesUtf8() {
        return !encoding.isEmpty()
                && Charset.isSupported(encoding)
                && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
    }

    private static boolean isUtf8() {
        if (!Files.isReadable(COMMAND_LINE)) {
            return true;
        }
        try {
            byte[] bytes = Files.readAllBytes(COMMAND_LINE);
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    COMMAND_LINE + " could not be read: " + unreadable.getMessage(), unreadable);
        }
    }
}
