package io.nearstream.cli;

import io.nearstream.bench.cluster.LoadKind;
import io.nearstream.bench.keyvalue.Distribution;
import io.nearstream.bench.keyvalue.ReadWay;
import io.nearstream.bench.keyvalue.Workload;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Constants as people write them: {@code sign-projection} for {@code SIGN_PROJECTION}. */
final class EnumNames {
    private EnumNames() {}

    static void registerConverters(CommandLine commandLine) {
        commandLine
                .registerConverter(Metric.class, text -> parse(Metric.class, text))
                .registerConverter(Encoding.class, text -> parse(Encoding.class, text))
                .registerConverter(BucketScheme.class, text -> parse(BucketScheme.class, text))
                .registerConverter(Workload.class, text -> parse(Workload.class, text))
                .registerConverter(Distribution.class, text -> parse(Distribution.class, text))
                .registerConverter(ReadWay.class, text -> parse(ReadWay.class, text))
                .registerConverter(LoadKind.class, text -> parse(LoadKind.class, text))
                .registerConverter(Routing.class, text -> parse(Routing.class, text));
    }

    static String of(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> E parse(Class<E> type, String text) {
        for (E constant : type.getEnumConstants()) {
            if (of(constant).equals(text.toLowerCase(Locale.ROOT).replace('_', '-'))) {
                return constant;
            }
        }
        throw new TypeConversionException(
                "must be %s, but was '%s'"
                        .formatted(
                                Arrays.stream(type.getEnumConstants())
                                        .map(EnumNames::of)
                                        .collect(Collectors.joining(" or ")),
                                text));
    }
}
