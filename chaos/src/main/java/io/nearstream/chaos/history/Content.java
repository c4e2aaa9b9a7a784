package io.nearstream.chaos.history;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * The vectors, payloads and values of a run, each made from a token: so a journal names them by a
 * number, and a checker makes them again. Immutable.
 */
public final class Content {
    /** Of each vector; UINT8. */
    public static final int DIMENSIONS = 16;

    /** So few tokens have a payload: one in this many. */
    private static final int PAYLOAD_EVERY = 4;

    private static final int VALUE_BYTES_MAX = 2_000;
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    public Content(long seed) {
        this.seed = seed;
    }

    /** The vector of a token. */
    public byte[] vector(long token) {
        byte[] vector = new byte[DIMENSIONS];
        random(token).nextBytes(vector);
        return vector;
    }

    /** The payload of a token's record; empty for none. */
    public byte[] payload(long token) {
        SplittableRandom random = random(~token);
        if (random.nextInt(PAYLOAD_EVERY) != 0) {
            return new byte[0];
        }
        byte[] payload = new byte[1 + random.nextInt(100)];
        random.nextBytes(payload);
        return payload;
    }

    /** The value of a token; some compress well, some not, and some are too short for it. */
    public byte[] value(long token) {
        SplittableRandom random = random(~token);
        byte[] value = new byte[1 + random.nextInt(VALUE_BYTES_MAX)];
        random.nextBytes(value);
        if (random.nextBoolean()) {
            Arrays.fill(value, value.length / 4, value.length, value[0]);
        }
        return value;
    }

    /** Tells bytes apart, their length included. */
    public static long hash(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (long) bytes.length << Integer.SIZE | crc.getValue();
    }

    private SplittableRandom random(long token) {
        return new SplittableRandom(seed + token * GOLDEN);
    }
}
