package io.nearstream.embedded;

import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.StandingOptions;
import java.lang.reflect.Field;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ClusterOptions;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MetricOptions;
import org.apache.flink.configuration.NettyShuffleEnvironmentOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.QueryableStateOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.RpcOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.state.rocksdb.RocksDBConfigurableOptions;
import org.apache.flink.state.rocksdb.RocksDBNativeMetricOptions;
import org.apache.flink.state.rocksdb.RocksDBOptions;

/** Every option that a configuration of ours may name: Flink's, and those of the jobs. */
public final class KnownOptions {
    static final String REPORTER = "metrics.reporter.prom.";

    /** What the reporter's own code reads; {@code PrometheusITCase} sees that it does. */
    private static final List<ConfigOption<?>> REPORTER_OPTIONS =
            List.of(
                    ConfigOptions.key(REPORTER + "factory.class").stringType().noDefaultValue(),
                    ConfigOptions.key(REPORTER + "port").stringType().noDefaultValue(),
                    ConfigOptions.key(REPORTER + "filterLabelValueCharacters")
                            .booleanType()
                            .noDefaultValue());

    @SuppressWarnings("deprecation") // Queryable State: decision 0011
    private static final List<Class<?>> CLASSES =
            List.of(
                    BlobServerOptions.class,
                    CheckpointingOptions.class,
                    ClusterOptions.class,
                    CoreOptions.class,
                    ExecutionOptions.class,
                    HeartbeatManagerOptions.class,
                    HighAvailabilityOptions.class,
                    JoinOptions.class,
                    StandingOptions.class,
                    JobManagerOptions.class,
                    MetricOptions.class,
                    NearstreamOptions.class,
                    NettyShuffleEnvironmentOptions.class,
                    PipelineOptions.class,
                    QueryableStateOptions.class,
                    RestOptions.class,
                    RpcOptions.class,
                    RestartStrategyOptions.class,
                    RocksDBConfigurableOptions.class,
                    RocksDBNativeMetricOptions.class,
                    RocksDBOptions.class,
                    SecurityOptions.class,
                    StateBackendOptions.class,
                    TaskManagerOptions.class,
                    WebOptions.class);

    private KnownOptions() {}

    /** By key. */
    public static Map<String, ConfigOption<?>> all() {
        Map<String, ConfigOption<?>> known = new TreeMap<>();
        REPORTER_OPTIONS.forEach(option -> known.put(option.key(), option));
        for (Class<?> options : CLASSES) {
            for (Field field : options.getFields()) {
                if (field.getType() == ConfigOption.class) {
                    ConfigOption<?> option = option(field);
                    known.put(option.key(), option);
                }
            }
        }
        return known;
    }

    private static ConfigOption<?> option(Field field) {
        try {
            return (ConfigOption<?>) field.get(null);
        } catch (IllegalAccessException impossible) {
            throw new AssertionError("A public field is readable: " + field, impossible);
        }
    }
}
