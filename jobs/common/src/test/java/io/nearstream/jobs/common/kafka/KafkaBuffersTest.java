package io.nearstream.jobs.common.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nearstream.jobs.common.config.NearstreamOptions;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class KafkaBuffersTest {
    @Test
    void defaultsAreKafkasOwnButForTheWait() {
        assertThat(KafkaBuffers.DEFAULT).isEqualTo(new KafkaBuffers(50 << 20, 100, 32 << 20));
    }

    @Test
    void optionsAreReadAndChecked() {
        Configuration config =
                new Configuration()
                        .set(NearstreamOptions.FETCH_BYTES, MemorySize.ofMebiBytes(1))
                        .set(NearstreamOptions.FETCH_WAIT, Duration.ofMillis(500))
                        .set(NearstreamOptions.SINK_BUFFER_BYTES, MemorySize.ofMebiBytes(8));
        assertThat(KafkaBuffers.of(config)).isEqualTo(new KafkaBuffers(1 << 20, 500, 8 << 20));

        config.set(NearstreamOptions.FETCH_WAIT, Duration.ofMillis(9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KafkaBuffers.of(config))
                .withMessage(
                        "'nearstream.kafka.fetch-wait' must be between 10 and 10000 ms, but was 9.");
        config.removeConfig(NearstreamOptions.FETCH_WAIT);

        config.set(NearstreamOptions.SINK_BUFFER_BYTES, MemorySize.ofMebiBytes(5));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KafkaBuffers.of(config))
                .withMessage(
                        "'nearstream.kafka.sink-buffer-bytes' must be between 6291456 and 1073741824 bytes, but was 5242880.");
    }
}
