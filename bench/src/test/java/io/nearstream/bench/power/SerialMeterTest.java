package io.nearstream.bench.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.Reader;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SerialMeterTest {
    private static final Duration LONG = Duration.ofHours(1);

    private static SerialMeter read(String text) throws Exception {
        return SerialMeter.read("/dev/plug", new StringReader(text), new TickingClock(), LONG);
    }

    @Test
    void everyLineIsAReadingOfItsTime() throws Exception {
        SerialMeter meter = read("9.75\n10.5\r\n11,25 W\n  12W\n0\n");

        assertThat(meter.readings())
                .extracting(Reading::watts)
                .containsExactly(10.5, 11.25, 12.0, 0.0);
        assertThat(meter.readings()).extracting(Reading::at).isSorted().doesNotHaveDuplicates();
        assertThat(meter.ignored()).isZero();
    }

    @Test
    void halfAFirstLineIsLeftOutAndNoiseIsCounted() throws Exception {
        SerialMeter meter = read("5 W\n10\n\u0000\u00ff?\n\n11\n-3\n250000\n12");

        assertThat(meter.readings()).extracting(Reading::watts).containsExactly(10.0, 11.0, 12.0);
        assertThat(meter.ignored()).isEqualTo(4);
    }

    @Test
    void anotherFormatIsAnError() {
        assertThatThrownBy(() -> read("0\n" + "V=230\n".repeat(25)))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "/dev/plug: line 22: watts must be a number between 0 and 100000, but was 'V=230', as were 20 lines before; is the speed of the line right (stty)?");
    }

    @Test
    void lineWithoutEndIsNoNumberAndIsNotKept() throws Exception {
        SerialMeter meter = read("0\n" + "1".repeat(5_000_000) + "\n7\n");

        assertThat(meter.readings()).extracting(Reading::watts).containsExactly(7.0);
        assertThat(meter.ignored()).isEqualTo(1);
    }

    @Test
    void silentPlugIsWaitedForNoLongerThanAsked() throws Exception {
        try (PipedWriter plug = new PipedWriter();
                PipedReader in = new PipedReader(plug)) {
            plug.write("1\n2\n");
            SerialMeter meter =
                    SerialMeter.read("/dev/plug", in, Clock.systemUTC(), Duration.ofSeconds(2));
            assertThat(meter.readings()).extracting(Reading::watts).containsExactly(2.0);
        }
    }

    @Test
    void plugThatIsPulledOutIsAnError() {
        Reader pulled =
                new Reader() {
                    private final Reader first = new StringReader("1\n2\n");

                    @Override
                    public int read(char[] buffer, int offset, int length) throws IOException {
                        int count = first.read(buffer, offset, 1);
                        if (count < 0) {
                            throw new IOException("No such device");
                        }
                        return count;
                    }

                    @Override
                    public void close() {
                        first.toString();
                    }
                };
        assertThatThrownBy(() -> SerialMeter.read("/dev/plug", pulled, new TickingClock(), LONG))
                .isInstanceOf(IOException.class)
                .hasMessage("/dev/plug: reading failed behind line 2: No such device.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"3.25|3.25", "3,25|3.25", " 3.25  w |3.25", "7W|7", "0|0", "100000|100000"})
    void whatIsANumberOfWatts(String line, double watts) {
        assertThat(SerialMeter.watts(line)).contains(watts);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "W", "1 2", "1.2.3", "1,234.5", "-1", "100001", "3 mW", "0x10", "1e3"})
    void whatIsNone(String line) {
        assertThat(SerialMeter.watts(line)).isEmpty();
    }
}
