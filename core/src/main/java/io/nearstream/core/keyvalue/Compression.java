package io.nearstream.core.keyvalue;

/** How a value's bytes are kept. The codes are written into state: never changed, never reused. */
public enum Compression {
    NONE(0),
    ZSTD(1);

    private final int code;

    Compression(int code) {
        this.code = code;
    }

    /** One byte that says which. */
    public int code() {
        return code;
    }

    /** The compression of a code. */
    public static Compression of(int code) {
        return switch (code) {
            case 0 -> NONE;
            case 1 -> ZSTD;
            default ->
                    throw new IllegalArgumentException(
                            "The compression of a value must be 0 or 1, but was %d: a newer version wrote it."
                                    .formatted(code));
        };
    }
}
