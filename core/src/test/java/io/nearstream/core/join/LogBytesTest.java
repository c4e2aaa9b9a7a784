package io.nearstream.core.join;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.testing.Property;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.nio.BufferUnderflowException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The bytes are those of the JDK's streams, in which states were written before. */
class LogBytesTest {
    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        char max = new char[] {0x7f, 0x7ff, Character.MAX_VALUE}[random.nextInt(3)];
        for (int i = random.nextInt(20); i > 0; i--) {
            text.append((char) random.nextInt(max + 1));
        }
        return text.toString();
    }

    @Test
    void whatIsGatheredIsWhatTheJdkWritesAndComesBack() {
        Property.holds(
                200,
                random -> {
                    String text = text(random);
                    long number = random.nextLong();
                    byte[] some = new byte[random.nextInt(30)];
                    ByteArrayOutputStream expected = new ByteArrayOutputStream();
                    DataOutputStream out = new DataOutputStream(expected);
                    out.writeByte((int) number);
                    out.writeUTF(text);
                    out.writeShort((int) number);
                    out.writeInt((int) number);
                    out.writeLong(number);
                    out.write(some);

                    LogBytes bytes = new LogBytes();
                    for (int round = 0; round < 2; round++) {
                        bytes.room(LogBytes.utfBytes(text) + 17 + some.length);
                        bytes.putByte((int) number);
                        bytes.putUtf(text);
                        bytes.putShort((int) number);
                        bytes.putInt((int) number);
                        bytes.putLong(number);
                        bytes.putBytes(some);
                        assertThat(bytes.size()).isEqualTo(expected.size());
                        byte[] all = bytes.drain();
                        assertThat(all).isEqualTo(expected.toByteArray());
                        LogRows rows = new LogRows(all);
                        assertThat(rows.getByte()).isEqualTo((byte) number);
                        assertThat(rows.getUtf()).isEqualTo(text);
                        assertThat(rows.getShort()).isEqualTo((short) number);
                        assertThat(rows.getInt()).isEqualTo((int) number);
                        assertThat(rows.getLong()).isEqualTo(number);
                        assertThat(rows.getBytes(some.length)).isEqualTo(some);
                        assertThat(rows.hasMore()).isFalse();
                    }
                });
    }

    @Test
    void countsThatAreNoneAllocateNothing() {
        LogRows rows = new LogRows(new byte[8]);
        assertThatThrownBy(() -> rows.getBytes(Integer.MAX_VALUE))
                .isInstanceOf(BufferUnderflowException.class);
        assertThatThrownBy(() -> rows.getInts(-1)).isInstanceOf(BufferUnderflowException.class);
    }
}
