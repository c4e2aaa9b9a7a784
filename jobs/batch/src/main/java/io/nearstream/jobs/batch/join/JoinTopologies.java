package io.nearstream.jobs.batch.join;

import io.nearstream.core.model.Encoding;
import io.nearstream.jobs.batch.BatchCounters;
import io.nearstream.jobs.batch.message.JoinRow;
import io.nearstream.operators.JoinRecord;
import io.nearstream.operators.JoinRecordSerializer;
import io.nearstream.operators.SimilarityJoin;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.connector.base.source.hybrid.HybridSource;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Files as the inputs of a {@link SimilarityJoin}. One source reads the left file, then the right
 * one; a record's time is its number among all, so that the watermark follows the reading, the
 * operators work as they go, and every record of the right file is later than the left file. Ids
 * are row numbers.
 */
public final class JoinTopologies {
    private JoinTopologies() {}

    /**
     * A join of a file with itself or with another one; metric, eps and the rest are the caller's.
     *
     * @param right empty for a join of the left file with itself
     */
    public static SimilarityJoin of(
            StreamExecutionEnvironment env, JoinSpec spec, Path left, Optional<Input> right) {
        FileSource<JoinRow> leftRows = source(spec, left, false, spec.encoding());
        HybridSource.HybridSourceBuilder<JoinRow, ?> both = HybridSource.builder(leftRows);
        if (right.isPresent()) {
            both = both.addSource(source(spec, right.get().path(), true, right.get().encoding()));
        }
        long later = spec.leftRows();
        DataStream<JoinRow> rows =
                env.fromSource(
                                both.build(),
                                WatermarkStrategy.<JoinRow>forMonotonousTimestamps()
                                        .withTimestampAssigner(
                                                (row, none) ->
                                                        row.right()
                                                                ? later + row.row()
                                                                : row.row()),
                                "Read rows",
                                JoinRow.TYPE)
                        .setParallelism(1);
        DataStream<JoinRecord> first = records(rows, spec, false);
        SimilarityJoin join =
                right.isPresent()
                        ? SimilarityJoin.of(first, records(rows, spec, true))
                        : SimilarityJoin.of(first);
        return join.comparing(spec.metric(), spec.encoding(), spec.dimensions());
    }

    /**
     * A file and how its vectors are written.
     *
     * @param path fvecs, bvecs, IDX or Avro
     * @param encoding of the file
     */
    public record Input(Path path, Encoding encoding) {}

    private static FileSource<JoinRow> source(
            JoinSpec spec, Path file, boolean right, Encoding encoding) {
        return new JoinRowFormat(spec, new JoinSpec.Side(right, encoding)).source(List.of(file));
    }

    private static DataStream<JoinRecord> records(
            DataStream<JoinRow> rows, JoinSpec spec, boolean right) {
        SingleOutputStreamOperator<JoinRow> side =
                rows.filter(row -> row.right() == right)
                        .setParallelism(1)
                        .name(right ? "Right rows" : "Left rows");
        return side.map(new ToRecord(spec.run()))
                .returns(JoinRecordSerializer.TYPE)
                .setParallelism(1)
                .name("Number");
    }

    private static final class ToRecord extends RichMapFunction<JoinRow, JoinRecord> {
        private static final long serialVersionUID = 1L;

        private final long run;
        private transient BatchCounters counters;

        ToRecord(long run) {
            this.run = run;
        }

        @Override
        public void open(OpenContext context) {
            counters = BatchCounters.of(run);
        }

        @Override
        public JoinRecord map(JoinRow row) {
            counters.placed(1);
            return JoinRecord.ofBytes(Long.toString(row.row()), row.vector());
        }
    }
}
