package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import javax.annotation.Nullable;

/**
 * Reads lines of UTF-8, each ended by a line feed, with or without a carriage return before it, or
 * by the end; refuses other bytes instead of replacing them. Closes nothing. One thread at a time.
 */
final class KvLineReader {
    private final InputStream in;
    private final int bytesMax;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /**
     * Of a stream.
     *
     * @param bytesMax of a line; no more is kept of a longer one, which is refused
     */
    KvLineReader(InputStream in, int bytesMax) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.bytesMax = bytesMax;
    }

    /**
     * The next line.
     *
     * @return null at the end
     * @throws NearstreamException if it is too long or not UTF-8
     */
    @Nullable
    String next() throws IOException {
        line.reset();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next >= 0 && next != '\n'; next = in.read()) {
            if (line.size() == bytesMax) {
                throw new NearstreamException("must be at most %d bytes long.".formatted(bytesMax));
            }
            line.write(next);
        }
        return decode(line.toByteArray());
    }

    private String decode(byte[] bytes) {
        int length = bytes.length;
        if (length > 0 && bytes[length - 1] == '\r') {
            length--;
        }
        ByteBuffer from = ByteBuffer.wrap(bytes, 0, length);
        CharBuffer to = CharBuffer.allocate(length); // UTF-8 has no more characters than bytes
        decoder.reset();
        CoderResult result = decoder.decode(from, to, true);
        if (result.isError()) {
            throw new NearstreamException(
                    "must be UTF-8, but byte %d of it is not.".formatted(from.position() + 1));
        }
        decoder.flush(to);
        return to.flip().toString();
    }
}
