package io.nearstream.jobs.common.config;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.Formatter;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/** Renders the options that a class declares as {@code docs/reference/options.md}. */
final class OptionsPage {
    private static final String HEAD =
            """
            # Options

            Generated from `NearstreamOptions`, `JoinOptions`, `StandingOptions` and `BackfillOptions`; a test fails when the two differ, and CONTRIBUTING.md says how to regenerate it.

            A job takes them as `--key value`, beside any option of Flink's. `serve` and the other commands that start a cluster set
            `nearstream.kafka.bootstrap` and `nearstream.parallelism` themselves. A value out of its range is refused before the job starts.

            | Option | Type | Default | What it does |
            |---|---|---|---|
            """;

    /** Options that need not be set, have no default, and so do not tell their type. */
    private static final Map<ConfigOption<?>, String> OPTIONAL =
            Map.of(JoinOptions.LATENESS, "duration");

    private static final Pattern PIPE = Pattern.compile("\\|");

    private OptionsPage() {}

    /** The whole page. */
    static String render(List<Class<?>> classes) {
        return classes.stream()
                .flatMap(options -> options(options).stream())
                .sorted(Comparator.comparing(ConfigOption::key))
                .map(OptionsPage::row)
                .collect(Collectors.joining("", HEAD, ""));
    }

    /** Every option that the class declares. */
    static List<ConfigOption<?>> options(Class<?> options) {
        List<ConfigOption<?>> found = new ArrayList<>();
        for (Field field : options.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == ConfigOption.class) {
                try {
                    found.add((ConfigOption<?>) field.get(null));
                } catch (IllegalAccessException impossible) {
                    throw new IllegalStateException("A public field is readable.", impossible);
                }
            }
        }
        return found;
    }

    private static String row(ConfigOption<?> option) {
        Formatter formatter = new HtmlFormatter();
        String description = formatter.format(option.description());
        return "| `%s` | %s | %s | %s |\n"
                .formatted(option.key(), type(option), defaultValue(option), escape(description));
    }

    private static String type(ConfigOption<?> option) {
        if (OPTIONAL.containsKey(option)) {
            return OPTIONAL.get(option);
        }
        Object value = option.hasDefaultValue() ? option.defaultValue() : "";
        if (value instanceof Enum<?> constant) {
            return Arrays.stream(constant.getDeclaringClass().getEnumConstants())
                    .map(each -> "`" + each.name().toLowerCase(Locale.ROOT) + "`")
                    .collect(Collectors.joining(" or "));
        }
        if (value instanceof Duration) {
            return "duration";
        }
        if (value instanceof MemorySize) {
            return "size";
        }
        return value instanceof Integer || value instanceof Long ? "number" : "text";
    }

    private static String defaultValue(ConfigOption<?> option) {
        if (!option.hasDefaultValue()) {
            return OPTIONAL.containsKey(option) ? "none" : "none: must be set";
        }
        Object value = option.defaultValue();
        if (value instanceof Duration duration) {
            return "`" + TimeUtils.formatWithHighestUnit(duration) + "`";
        }
        if (value instanceof Enum<?> constant) {
            return "`" + constant.name().toLowerCase(Locale.ROOT) + "`";
        }
        return "`" + value + "`";
    }

    private static String escape(String description) {
        return PIPE.matcher(description).replaceAll("\\\\|");
    }
}
