package io.nearstream.cli;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.Encoding;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Codes as people write them: {@code rabitq4} for {@code RABITQ_4}. */
final class CodeNames {
    /** The code that goes by the bytes of a vector. */
    static final String AUTO = "auto";

    private CodeNames() {}

    static String of(CodeKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace("_", "");
    }

    /**
     * The code that somebody named.
     *
     * @throws IllegalArgumentException where there is none of that name
     */
    static CodeKind parse(String text, BucketScheme buckets, Encoding encoding, int dimensions) {
        String plain = text.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
        if (plain.equals(AUTO)) {
            return CodeKind.defaultFor(buckets, encoding, dimensions);
        }
        for (CodeKind kind : CodeKind.values()) {
            if (of(kind).equals(plain)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "code must be %s or %s, but was '%s'."
                        .formatted(
                                Arrays.stream(CodeKind.values())
                                        .map(CodeNames::of)
                                        .collect(Collectors.joining(", ")),
                                AUTO,
                                text));
    }
}
