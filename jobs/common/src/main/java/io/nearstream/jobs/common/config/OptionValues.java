package io.nearstream.jobs.common.config;

import io.nearstream.core.model.Limits;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.ReadableConfig;

/**
 * The values of {@link NearstreamOptions}, {@link JoinOptions}, {@link
 * StandingOptions} and {@link BackfillOptions},
 * checked: one out of its range is refused with its name, the range and what it was. Stateless.
 */
public final class OptionValues {
    private static final String OURS = "nearstream.";

    private OptionValues() {}

    /** The limits, checked. */
    public static Limits limits(ReadableConfig config) {
        return new Limits(
                config.get(NearstreamOptions.LIMIT_ID_BYTES),
                config.get(NearstreamOptions.LIMIT_DIMENSIONS),
                config.get(NearstreamOptions.LIMIT_LABELS),
                config.get(NearstreamOptions.LIMIT_LABEL_BYTES),
                config.get(NearstreamOptions.LIMIT_PAYLOAD_BYTES),
                config.get(NearstreamOptions.LIMIT_K),
                config.get(NearstreamOptions.LIMIT_RANGE_HITS),
                config.get(NearstreamOptions.LIMIT_BATCH_VECTORS),
                config.get(NearstreamOptions.LIMIT_BATCH_BYTES),
                config.get(NearstreamOptions.LIMIT_DEADLINE).toMillis(),
                config.get(NearstreamOptions.LIMIT_KEY_BYTES),
                config.get(NearstreamOptions.LIMIT_VALUE_BYTES));
    }

    /** A duration within its range, in milliseconds. */
    public static long millis(
            ReadableConfig config, ConfigOption<Duration> option, long low, long high) {
        return within(option.key(), config.get(option).toMillis(), low, high, " ms");
    }

    /** A size within its range, in bytes. */
    public static int bytes(
            ReadableConfig config, ConfigOption<MemorySize> option, int low, int high) {
        return (int) within(option.key(), config.get(option).getBytes(), low, high, " bytes");
    }

    /** A number within its range. */
    public static int number(
            ReadableConfig config, ConfigOption<Integer> option, int low, int high) {
        return (int) within(option.key(), config.get(option), low, high, "");
    }

    /** A share within 0 and 1. */
    public static double share(ReadableConfig config, ConfigOption<Double> option) {
        double value = config.get(option);
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(
                    "'%s' must be between 0 and 1, but was %s.".formatted(option.key(), value));
        }
        return value;
    }

    /** A string that is set. */
    public static String required(ReadableConfig config, ConfigOption<String> option) {
        return config.getOptional(option)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "'%s' must be set.".formatted(option.key())));
    }

    /**
     * Refuses a key of ours that no option has: it would be a typing error that sets nothing.
     *
     * @throws IllegalArgumentException that names the key and the options
     */
    public static void requireKnown(Configuration config) {
        TreeSet<String> known = known();
        for (String key : config.keySet()) {
            if (key.startsWith(OURS) && !known.contains(key)) {
                throw new IllegalArgumentException(
                        "'%s' is no option; known are %s.".formatted(key, known));
            }
        }
    }

    private static TreeSet<String> known() {
        TreeSet<String> keys = new TreeSet<>();
        for (Class<?> options :
                List.of(NearstreamOptions.class, JoinOptions.class, StandingOptions.class, BackfillOptions.class)) {
            addKeys(options, keys);
        }
        return keys;
    }

    private static void addKeys(Class<?> options, TreeSet<String> keys) {
        for (Field field : options.getFields()) {
            if (ConfigOption.class.isAssignableFrom(field.getType())) {
                try {
                    keys.add(((ConfigOption<?>) field.get(null)).key());
                } catch (IllegalAccessException impossible) {
                    throw new IllegalStateException("A public field is readable.", impossible);
                }
            }
        }
    }

    private static long within(String key, long value, long low, long high, String unit) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "'%s' must be between %d and %d%s, but was %d."
                            .formatted(key, low, high, unit, value));
        }
        return value;
    }
}
