package io.nearstream.bench.keyvalue;

import io.nearstream.bench.BenchProgress;
import io.nearstream.embedded.EmbeddedNearstream;
import io.nearstream.embedded.EmbeddedOptions;
import java.io.IOException;
import java.nio.file.Path;

/** What the way from a producer through Flink to a consumer takes, whatever is done on it. */
public final class PassThroughFloor {
    /** Two jobs of ours, of which one makes room. */
    private static final int TASK_MANAGERS = 2;

    private static final int RECORDS = 20_000;
    private static final int OPERATIONS = 20_000;

    private PassThroughFloor() {}

    /**
     * Records one at a time, on a cluster of its own.
     *
     * @param valueBytes of each record, 24 to 1 MiB
     * @param samples how many
     * @param dir an empty directory
     */
    public static Latency measure(int valueBytes, int samples, Path dir, BenchProgress progress)
            throws IOException, InterruptedException {
        EmbeddedOptions options = EmbeddedOptions.in(dir).withCluster(TASK_MANAGERS, 1, 1);
        KvLoad load = KvLoad.of(Workload.C).sized(RECORDS, OPERATIONS, valueBytes);
        try (EmbeddedNearstream nearstream = EmbeddedNearstream.start(options)) {
            nearstream.flink().cancel(nearstream.queryJobId());
            YardstickFigures figures =
                    PassThrough.measure(
                            load, samples, nearstream.flink(), nearstream.bootstrap(), 1, progress);
            return figures.singles().get(PassThrough.ONE_BY_ONE);
        }
    }
}
