package io.nearstream.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CodeKindTest {
    /** The last that fits and the first that does not. */
    @ParameterizedTest
    @CsvSource({
        "UINT8, 1, VECTOR",
        "UINT8, 784, VECTOR",
        "UINT8, 800, VECTOR",
        "UINT8, 801, RABITQ_1",
        "INT8, 800, VECTOR",
        "INT8, 801, RABITQ_1",
        "INT8, 4096, RABITQ_1",
        "FLOAT32, 64, VECTOR",
        "FLOAT32, 65, INT8",
        "FLOAT32, 100, INT8",
        "FLOAT32, 256, INT8",
        "FLOAT32, 257, RABITQ_1",
        "FLOAT32, 4096, RABITQ_1",
        "FLOAT16, 128, VECTOR",
        "FLOAT16, 129, INT8",
        "FLOAT16, 512, INT8",
        "FLOAT16, 513, RABITQ_1",
        "BINARY, 4096, VECTOR",
        "SET64, 128, VECTOR"
    })
    void defaultGoesByTheBytesOfAVector(Encoding encoding, int dimensions, CodeKind expected) {
        assertThat(CodeKind.defaultFor(encoding, dimensions)).isEqualTo(expected);
    }
}
