package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.metrics.prometheus.PrometheusReporter;
import org.apache.flink.runtime.metrics.ReporterSetupBuilder;
import org.apache.flink.runtime.metrics.filter.DefaultReporterFilters;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlinkProfileTest {
    private static final String REPORTER = "metrics.reporter.prom.";

    private static final List<Class<?>> OPTION_CLASSES =
            List.of(
                    CheckpointingOptions.class,
                    ExecutionOptions.class,
                    HeartbeatManagerOptions.class,
                    MetricOptions.class,
                    PipelineOptions.class,
                    RestOptions.class,
                    RestartStrategyOptions.class,
                    RocksDBConfigurableOptions.class,
                    RocksDBNativeMetricOptions.class,
                    RocksDBOptions.class,
                    SecurityOptions.class,
                    StateBackendOptions.class,
                    TaskManagerOptions.class,
                    WebOptions.class);

    /** What the reporter's own code reads; {@code PrometheusITCase} sees that it does. */
    private static final List<ConfigOption<?>> REPORTER_OPTIONS =
            List.of(
                    ConfigOptions.key(REPORTER + "factory.class").stringType().noDefaultValue(),
                    ConfigOptions.key(REPORTER + "port").stringType().noDefaultValue(),
                    ConfigOptions.key(REPORTER + "filterLabelValueCharacters")
                            .booleanType()
                            .noDefaultValue());

    /** Flink ignores a key that it does not know, so a slip would go unnoticed. */
    @ParameterizedTest
    @ValueSource(strings = {"common", "local"})
    void everyKeyIsKnownToFlinkAndItsValueParses(String layer) throws Exception {
        Map<String, ConfigOption<?>> known = knownOptions();
        Map<String, String> settings = FlinkProfile.layer(layer);
        assertThat(settings).isNotEmpty();
        assertThat(known).containsKeys(settings.keySet().toArray(String[]::new));
        Configuration configuration = Configuration.fromMap(settings);
        settings.keySet()
                .forEach(
                        key ->
                                assertThatCode(() -> configuration.get(known.get(key)))
                                        .as(key)
                                        .doesNotThrowAnyException());
    }

    @Test
    void profileHoldsTheCommonLayerAndItsOwn() {
        Configuration local = FlinkProfile.load(FlinkProfile.LOCAL, Map.of());
        assertThat(local.get(PipelineOptions.MAX_PARALLELISM)).isEqualTo(128);
        assertThat(local.get(PipelineOptions.GENERIC_TYPES)).isFalse();
        assertThat(local.get(PipelineOptions.AUTO_GENERATE_UIDS)).isFalse();
        assertThat(local.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(local.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isTrue();
        assertThat(local.get(RestOptions.BIND_ADDRESS)).isEqualTo("127.0.0.1");
    }

    @Test
    void overridesWin() {
        Configuration local =
                FlinkProfile.load(
                        FlinkProfile.LOCAL, Map.of("execution.checkpointing.interval", "5 s"));
        assertThat(local.get(CheckpointingOptions.CHECKPOINTING_INTERVAL))
                .isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void processesReportToPrometheusExceptOnOneMachine() {
        Map<String, String> common = new HashMap<>(FlinkProfile.layer("common"));
        common.put(REPORTER + "port", "0");
        assertThat(reporters(common)).containsExactly(PrometheusReporter.class);
        common.putAll(FlinkProfile.layer(FlinkProfile.LOCAL));
        assertThat(reporters(common)).isEmpty();
    }

    private static List<Class<?>> reporters(Map<String, String> settings) {
        List<Class<?>> classes = new ArrayList<>();
        ReporterSetupBuilder.METRIC_SETUP_BUILDER
                .fromConfiguration(
                        Configuration.fromMap(settings),
                        DefaultReporterFilters::metricsFromConfiguration,
                        null)
                .forEach(
                        setup -> {
                            classes.add(setup.getReporter().getClass());
                            setup.getReporter().close();
                        });
        return classes;
    }

    @Test
    void unknownProfileIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FlinkProfile.load("lokal", Map.of()))
                .withMessageContaining("Flink profile 'lokal' is unknown");
    }

    private static Map<String, ConfigOption<?>> knownOptions() throws IllegalAccessException {
        Map<String, ConfigOption<?>> known = new HashMap<>();
        REPORTER_OPTIONS.forEach(option -> known.put(option.key(), option));
        for (Class<?> options : OPTION_CLASSES) {
            for (Field field : options.getFields()) {
                if (field.getType() == ConfigOption.class) {
                    ConfigOption<?> option = (ConfigOption<?>) field.get(null);
                    known.put(option.key(), option);
                }
            }
        }
        return known;
    }
}
