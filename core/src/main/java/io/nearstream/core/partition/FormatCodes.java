package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;

/** The numbers of constants in {@link GenerationFormat}: never changed, never used again. */
final class FormatCodes {
    private FormatCodes() {}

    static int of(Metric metric) {
        return switch (metric) {
            case L2 -> 1;
            case COSINE -> 2;
            case INNER_PRODUCT -> 3;
            case HAMMING -> 4;
            case JACCARD -> 5;
        };
    }

    static int of(Encoding encoding) {
        return switch (encoding) {
            case FLOAT32 -> 1;
            case FLOAT16 -> 2;
            case INT8 -> 3;
            case UINT8 -> 4;
            case BINARY -> 5;
            case SET64 -> 6;
        };
    }

    static int of(BucketScheme scheme) {
        return switch (scheme) {
            case LEARNED -> 1;
            case SIGN_PROJECTION -> 2;
            case P_STABLE -> 3;
            case CROSS_POLYTOPE -> 4;
            case BIT_SAMPLING -> 5;
            case MIN_HASH -> 6;
        };
    }
}
