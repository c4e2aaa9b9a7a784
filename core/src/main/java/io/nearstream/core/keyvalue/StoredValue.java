package io.nearstream.core.keyvalue;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * A value as it is kept and travels: compressed by zstd where that pays, else raw. Immutable, so
 * the bytes are shared and must not be changed. Thread-safe.
 *
 * @param compression how the bytes are kept
 * @param length bytes of the value itself, 0 to {@value #LENGTH_MAX}
 * @param bytes as they are kept
 */
public record StoredValue(Compression compression, int length, byte[] bytes) {
    /** No value is longer, so no more is ever allocated for one. */
    public static final int LENGTH_MAX = 3 << 20;

    /** Below this a frame's header and the call cost more than they save. */
    static final int COMPRESS_FROM_BYTES = 256;

    /** Kept compressed only where it saves an eighth: each read pays for the way back. */
    private static final int SAVING_SHARE = 8;

    private static final int LEVEL = 1;
    private static final byte[] NO_BYTES = {};

    /** The value of a key that has none. */
    public static final StoredValue EMPTY = new StoredValue(Compression.NONE, 0, NO_BYTES);

    public StoredValue {
        boolean fits =
                length >= 0
                        && length <= LENGTH_MAX
                        && (compression == Compression.NONE
                                ? bytes.length == length
                                : bytes.length < length);
        if (!fits) {
            throw new IllegalArgumentException(
                    "A value's length must be 0 to %d and fit its %d bytes kept as %s, but was %d."
                            .formatted(LENGTH_MAX, bytes.length, compression, length));
        }
    }

    /** Keeps a value, compressed where that pays. Does not copy one that stays raw. */
    public static StoredValue of(byte[] value) {
        if (value.length >= COMPRESS_FROM_BYTES) {
            byte[] compressed = Zstd.compress(value, LEVEL);
            if (compressed.length <= value.length - value.length / SAVING_SHARE) {
                return new StoredValue(Compression.ZSTD, value.length, compressed);
            }
        }
        return raw(value);
    }

    /** Keeps a value as it is. */
    public static StoredValue raw(byte[] value) {
        return new StoredValue(Compression.NONE, value.length, value);
    }

    /**
     * The value: a new array each time.
     *
     * @throws IllegalStateException if the bytes are not what was compressed
     */
    public byte[] value() {
        if (compression == Compression.NONE) {
            return bytes.clone();
        }
        byte[] value = new byte[length];
        try {
            long written = Zstd.decompress(value, bytes);
            if (written == length) {
                return value;
            }
            throw new IllegalStateException(
                    "A value must decompress to %d bytes, but did to %d."
                            .formatted(length, written));
        } catch (ZstdException broken) {
            throw new IllegalStateException(
                    "A value does not decompress: " + broken.getMessage(), broken);
        }
    }
}
