package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.StableHash;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** Codes of fixed vectors; prints them where it is run as a program. */
public final class CodeGolden {
    private CodeGolden() {}

    public static void main(String[] args) {
        all().forEach((what, code) -> System.out.println(what + " " + code));
    }

    /** By kind: the code of a short vector, and the hash of that of a long one. */
    static Map<String, String> all() {
        Map<String, String> codes = new TreeMap<>();
        for (CodeKind kind : CodeKind.values()) {
            codes.put(kind + " 11", HexFormat.of().formatHex(code(kind, Metric.L2, 11)));
            for (int dimensions : new int[] {784, 901}) {
                byte[] code = code(kind, Metric.COSINE, dimensions);
                long hash = StableHash.of(code, 0, code.length);
                codes.put(kind + " " + dimensions, Long.toHexString(hash));
            }
        }
        return codes;
    }

    private static byte[] code(CodeKind kind, Metric metric, int dimensions) {
        CollectionSettings settings = Samples.settings(metric, Encoding.FLOAT32, dimensions, 1_234);
        VectorCode code =
                kind == CodeKind.PRODUCT
                        ? VectorCodes.product(settings, book(dimensions), values(dimensions, 7))
                        : VectorCodes.of(settings, kind, values(dimensions, 7));
        byte[] vector = Samples.encoded(Encoding.FLOAT32, values(dimensions, 13));
        byte[] out = new byte[code.bytes()];
        code.encode(vector, 0, code.reference(values(dimensions, 5)), out, 0);
        return out;
    }

    private static float[] values(int dimensions, int step) {
        float[] values = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            values[i] = (i * step % 17 - 7.7f) / 31;
        }
        return values;
    }

    static ProductBook book(int dimensions) {
        float[][] words = new float[dimensions][ProductBook.WORDS];
        for (int i = 0; i < dimensions; i++) {
            for (int word = 0; word < ProductBook.WORDS; word++) {
                words[i][word] = ((word * 31 + i * 7) % 101 - 50) / 64f;
            }
        }
        return new ProductBook(Math.max(1, dimensions / 4), 0, words);
    }
}
