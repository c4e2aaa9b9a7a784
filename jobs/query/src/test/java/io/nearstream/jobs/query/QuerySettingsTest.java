package io.nearstream.jobs.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.config.NearstreamOptions;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.junit.jupiter.api.Test;

class QuerySettingsTest {
    private static <T> void refused(ConfigOption<T> option, T value, String range, String shown) {
        Configuration config = new Configuration().set(option, value);
        assertThatThrownBy(() -> QuerySettings.of(config, 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "'%s' must be between %s, but was %s."
                                .formatted(option.key(), range, shown));
    }

    @Test
    void defaultsAreValid() {
        QuerySettings settings = QuerySettings.of(new Configuration(), 4);
        assertThat(settings.job()).isEqualTo("query");
        assertThat(settings.parallelism()).isEqualTo(1);
        assertThat(settings.maxParallelism()).isEqualTo(128);
        assertThat(settings.limits()).isEqualTo(Limits.DEFAULT);
        assertThat(settings.resultPartitions()).isEqualTo(4);
    }

    @Test
    void numbersOutsideTheirRangesAreRefused() {
        refused(NearstreamOptions.PARALLELISM, 0, "1 and 128", "0");
        refused(NearstreamOptions.PARALLELISM, 129, "1 and 128", "129");
        refused(NearstreamOptions.PROBE_BUCKETS_MAX, 0, "1 and 16777216", "0");
        refused(NearstreamOptions.PENDING_MAX, 0, "1 and 1000000", "0");
        refused(NearstreamOptions.PENDING_MAX, 1_000_001, "1 and 1000000", "1000001");
    }

    @Test
    void sizesOutsideTheirRangesAreRefused() {
        refused(
                NearstreamOptions.BLOCK_BYTES,
                new MemorySize(1_023),
                "1024 and 4194304 bytes",
                "1023");
        refused(
                NearstreamOptions.BLOCK_BYTES,
                new MemorySize(4_194_305),
                "1024 and 4194304 bytes",
                "4194305");
        refused(
                NearstreamOptions.TAIL_BYTES,
                new MemorySize(65_535),
                "65536 and 1073741824 bytes",
                "65535");
        refused(
                NearstreamOptions.TAIL_BYTES,
                new MemorySize(1_073_741_825),
                "65536 and 1073741824 bytes",
                "1073741825");
    }

    @Test
    void durationsOutsideTheirRangesAreRefused() {
        Duration none = Duration.ZERO;
        refused(NearstreamOptions.DEADLINE_DEFAULT, none, "1 and 60000 ms", "0");
        refused(
                NearstreamOptions.DEADLINE_DEFAULT,
                Duration.ofMillis(60_001),
                "1 and 60000 ms",
                "60001");
        refused(NearstreamOptions.DIRECTORY_POLL, none, "1 and 10000 ms", "0");
        refused(
                NearstreamOptions.TOMBSTONE_HORIZON,
                Duration.ofMillis(999),
                "1000 and 315360000000 ms",
                "999");
    }

    @Test
    void jobNameIsChecked() {
        for (String name : new String[] {"", "Query", "a/b", "x".repeat(65)}) {
            Configuration config = new Configuration().set(NearstreamOptions.QUERY_JOB, name);
            assertThatThrownBy(() -> QuerySettings.of(config, 4))
                    .hasMessage(
                            "'nearstream.query.job' must be 1 to 64 characters of [a-z0-9-], but"
                                    + " was '%s'.".formatted(name));
        }
    }

    @Test
    void keyGroupsLimitTheParallelism() {
        Configuration config =
                new Configuration()
                        .set(PipelineOptions.MAX_PARALLELISM, 4)
                        .set(NearstreamOptions.PARALLELISM, 5);
        assertThatThrownBy(() -> QuerySettings.of(config, 4))
                .hasMessage("'nearstream.parallelism' must be between 1 and 4, but was 5.");
    }
}
