package io.nearstream.jobs.ingest;

import io.nearstream.jobs.common.config.NearstreamOptions;
import java.lang.reflect.Field;
import java.util.Map;
import java.util.TreeSet;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.util.ParameterTool;

/**
 * The job's command line: {@code --key value} for every option of {@link NearstreamOptions} and of
 * Flink, and {@code --config DIR} for a directory with a {@code config.yaml}, over which the other
 * arguments win. An unknown option of ours is refused: it would be a typing error.
 */
final class IngestArguments {
    private static final String CONFIG = "config";
    private static final String OURS = "nearstream.";

    private IngestArguments() {}

    /** The configuration that the arguments say. */
    static Configuration parse(String[] args) {
        ParameterTool arguments = ParameterTool.fromArgs(args);
        Configuration config =
                arguments.has(CONFIG)
                        ? GlobalConfiguration.loadConfiguration(arguments.get(CONFIG))
                        : new Configuration();
        for (Map.Entry<String, String> argument : arguments.toMap().entrySet()) {
            if (!argument.getKey().equals(CONFIG)) {
                config.setString(argument.getKey(), argument.getValue());
            }
        }
        TreeSet<String> known = known();
        for (String key : config.keySet()) {
            if (key.startsWith(OURS) && !known.contains(key)) {
                throw new IllegalArgumentException(
                        "'%s' is no option; known are %s.".formatted(key, known));
            }
        }
        return config;
    }

    private static TreeSet<String> known() {
        TreeSet<String> keys = new TreeSet<>();
        for (Field field : NearstreamOptions.class.getFields()) {
            if (ConfigOption.class.isAssignableFrom(field.getType())) {
                try {
                    keys.add(((ConfigOption<?>) field.get(null)).key());
                } catch (IllegalAccessException impossible) {
                    throw new IllegalStateException("A public field is readable.", impossible);
                }
            }
        }
        return keys;
    }
}
