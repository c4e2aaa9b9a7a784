package io.nearstream.jobs.common.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Limits;
import java.time.Duration;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.junit.jupiter.api.Test;

class NearstreamOptionsTest {
    @Test
    void limitsAreTheDefaultsWhereNothingIsSet() {
        assertThat(OptionValues.limits(new Configuration())).isEqualTo(Limits.DEFAULT);
    }

    /** None beyond what row formats, the topics' largest message and waiting answers hold. */
    @Test
    void everyLimitIsWithinItsRange() {
        Map<ConfigOption<Integer>, Integer> most =
                Map.of(
                        NearstreamOptions.LIMIT_ID_BYTES, 32_767,
                        NearstreamOptions.LIMIT_DIMENSIONS, 65_536,
                        NearstreamOptions.LIMIT_LABELS, 255,
                        NearstreamOptions.LIMIT_LABEL_BYTES, 255,
                        NearstreamOptions.LIMIT_PAYLOAD_BYTES, 3 << 20,
                        NearstreamOptions.LIMIT_K, 100_000,
                        NearstreamOptions.LIMIT_RANGE_HITS, 100_000,
                        NearstreamOptions.LIMIT_BATCH_VECTORS, 4_096,
                        NearstreamOptions.LIMIT_BATCH_BYTES, 3 << 20);
        most.forEach(
                (option, max) -> {
                    OptionValues.limits(new Configuration().set(option, max));
                    for (int value : new int[] {0, max + 1}) {
                        Configuration config = new Configuration().set(option, value);
                        assertThatThrownBy(() -> OptionValues.limits(config))
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessage(
                                        "'%s' must be between 1 and %d, but was %d."
                                                .formatted(option.key(), max, value));
                    }
                });
        Configuration config =
                new Configuration().set(NearstreamOptions.LIMIT_DEADLINE, Duration.ofNanos(1));
        assertThatThrownBy(() -> OptionValues.limits(config))
                .hasMessage(
                        "'nearstream.limits.deadline' must be between 1 and 100000, but was 0.");
    }

    @Test
    void durationsSizesAndNumbersAreWithinTheirRanges() {
        Configuration config =
                new Configuration()
                        .set(NearstreamOptions.SINK_LINGER, Duration.ofMillis(7))
                        .set(NearstreamOptions.TAIL_BYTES, MemorySize.ofMebiBytes(4_096))
                        .set(NearstreamOptions.PARALLELISM, 9);
        assertThat(OptionValues.millis(config, NearstreamOptions.SINK_LINGER, 7, 7)).isEqualTo(7);
        assertThatThrownBy(() -> OptionValues.millis(config, NearstreamOptions.SINK_LINGER, 8, 9))
                .hasMessage("'nearstream.kafka.linger' must be between 8 and 9 ms, but was 7.");
        assertThatThrownBy(() -> OptionValues.bytes(config, NearstreamOptions.TAIL_BYTES, 1, 2))
                .hasMessage(
                        "'nearstream.query.tail-bytes' must be between 1 and 2 bytes, but was"
                                + " 4294967296.");
        assertThatThrownBy(() -> OptionValues.number(config, NearstreamOptions.PARALLELISM, 1, 8))
                .hasMessage("'nearstream.parallelism' must be between 1 and 8, but was 9.");
    }

    /** A typing error would otherwise set nothing, and nobody would notice. */
    @Test
    void unknownOptionsOfOursAreRefused() {
        Configuration config = new Configuration();
        config.setString("pipeline.name", "Flink's own");
        config.setString(NearstreamOptions.TAIL_BYTES.key(), "1mb");
        OptionValues.requireKnown(config);
        config.setString("nearstream.quary.tail-bytes", "1mb");
        assertThatThrownBy(() -> OptionValues.requireKnown(config))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'nearstream.quary.tail-bytes' is no option; known are [")
                .hasMessageContaining("nearstream.query.tail-bytes");
    }

    @Test
    void requiredOptionMustBeSet() {
        assertThatThrownBy(
                        () ->
                                OptionValues.required(
                                        new Configuration(), NearstreamOptions.BOOTSTRAP))
                .hasMessage("'nearstream.kafka.bootstrap' must be set.");
    }
}
