package io.nearstream.jobs.batch.search;

import io.nearstream.core.model.Encoding;
import io.nearstream.jobs.batch.message.Hits;
import io.nearstream.jobs.batch.message.PlacedRows;
import io.nearstream.jobs.batch.message.RoutedQueries;
import io.nearstream.jobs.batch.message.VectorBlock;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.Partitioner;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The dataflow of a batch search, with its sources and without its sink: {@code base -> place ->
 * search}, {@code queries -> route -> search}, {@code search -> merge}.
 */
public final class SearchTopology {
    /** Of a message; buffers between operators are of 32 KiB. */
    private static final int BASE_BLOCK_BYTES = 256 << 10;

    /** More queries share a bucket that was brought into the cache, and fewer blocks overlap. */
    private static final int QUERY_BLOCK_BYTES = 1 << 20;

    private static final int HIT_BYTES = Integer.BYTES + Double.BYTES;
    private static final int BLOCK_ROWS_MAX = 4_096;
    private static final int BLOCK_VISITS_MAX = 1 << 20;

    private SearchTopology() {}

    /**
     * A file and how its vectors are written.
     *
     * @param path fvecs, bvecs, IDX or Avro
     * @param encoding of the file
     */
    public record Input(Path path, Encoding encoding) {}

    /** Blocks of answers in the order of the queries, as distances. */
    public static DataStream<Hits> build(
            StreamExecutionEnvironment env, SearchSpec spec, Input base, Input queries) {
        int subtasks = env.getParallelism();
        Partitioner<Integer> byTarget = (target, channels) -> target;
        KeySelector<PlacedRows, Integer> rowsTarget = PlacedRows::target;
        KeySelector<RoutedQueries, Integer> queriesTarget = RoutedQueries::target;
        DataStream<PlacedRows> placed =
                read(env, spec, base, rows(spec, BASE_BLOCK_BYTES), "Read base")
                        .flatMap(new PlaceFunction(spec, subtasks))
                        .returns(PlacedRows.TYPE)
                        .name("Place");
        DataStream<RoutedQueries> routed =
                read(env, spec, queries, queries(spec), "Read queries")
                        .flatMap(new RouteFunction(spec, subtasks))
                        .returns(RoutedQueries.TYPE)
                        .name("Route");
        return placed.partitionCustom(byTarget, rowsTarget)
                .connect(routed.partitionCustom(byTarget, queriesTarget))
                .transform("Search", Hits.TYPE, new SearchOperator(spec))
                .flatMap(new MergeFunction(spec, subtasks))
                .returns(Hits.TYPE)
                .name("Merge")
                .setParallelism(1);
    }

    private static int rows(SearchSpec spec, int blockBytes) {
        int rowBytes = Math.max(spec.space().vectorBytes(), spec.k() * HIT_BYTES);
        return Math.max(1, Math.min(BLOCK_ROWS_MAX, blockBytes / rowBytes));
    }

    /** Every visit of a block is in memory, some times over. */
    private static int queries(SearchSpec spec) {
        int rows = rows(spec, QUERY_BLOCK_BYTES);
        return spec.visitsAll()
                ? rows
                : Math.max(1, Math.min(rows, BLOCK_VISITS_MAX / spec.visits()));
    }

    private static DataStream<VectorBlock> read(
            StreamExecutionEnvironment env, SearchSpec spec, Input input, int rows, String name) {
        return env.fromSource(
                        new BlockFormat(spec, input.encoding(), rows).source(List.of(input.path())),
                        WatermarkStrategy.noWatermarks(),
                        name,
                        VectorBlock.TYPE)
                .setParallelism(1)
                .rebalance();
    }
}
