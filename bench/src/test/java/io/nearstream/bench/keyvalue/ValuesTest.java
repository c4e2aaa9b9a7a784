package io.nearstream.bench.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.keyvalue.Compression;
import io.nearstream.core.keyvalue.StoredValue;
import io.nearstream.testing.Property;
import org.junit.jupiter.api.Test;

class ValuesTest {
    @Test
    void valuesSayTheirKeyAndSequence() {
        Property.holds(
                random -> {
                    int key = random.nextInt(Integer.MAX_VALUE);
                    int sequence = 1 + random.nextInt(Integer.MAX_VALUE);
                    int length = Values.LENGTH_MIN + random.nextInt(200);
                    byte[] value = Values.encode(key, sequence, length);

                    assertThat(value).hasSize(length);
                    assertThat(Values.check(value, key, length)).isEqualTo(sequence);
                });
    }

    @Test
    void anyOtherByteLengthOrKeyIsNoticed() {
        Property.holds(
                random -> {
                    int key = random.nextInt(1_000);
                    int sequence = 1 + random.nextInt(1_000);
                    int length = Values.LENGTH_MIN + random.nextInt(200);
                    byte[] value = Values.encode(key, sequence, length);

                    assertThat(Values.check(value, key + 1, length)).isEqualTo(-1);
                    assertThat(Values.check(value, key, length + 1)).isEqualTo(-1);
                    value[random.nextInt(length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
                    assertThat(Values.check(value, key, length)).isEqualTo(-1);
                });
    }

    @Test
    void valuesDoNotCompress() {
        byte[] value = Values.encode(1, 1, 4_096);

        assertThat(StoredValue.of(value).compression()).isEqualTo(Compression.NONE);
    }
}
