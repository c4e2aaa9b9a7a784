package io.nearstream.jobs.ingest;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.config.OptionValues;
import java.util.Map;
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
        OptionValues.requireKnown(config);
        return config;
    }
}
