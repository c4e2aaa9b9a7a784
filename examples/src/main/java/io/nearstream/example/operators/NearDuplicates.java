package io.nearstream.example.operators;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.operators.JoinRecord;
import io.nearstream.operators.JoinRecordSerializer;
import io.nearstream.operators.Match;
import io.nearstream.operators.SimilarityJoin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Finds points of a stream that come near to one of the last minute. It needs nothing but the
 * operators and Flink.
 */
public final class NearDuplicates {
    private NearDuplicates() {}

    /** Prints the pairs among so many points. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        pairs(points(env, 10_000)).print();
        env.execute("Near duplicates");
    }

    /** A second apart each, on a spiral; every tenth is the one before it, moved a little. */
    static DataStream<JoinRecord> points(StreamExecutionEnvironment env, long count) {
        return env.fromSequence(0, count - 1)
                .uid("points")
                .map(i -> JoinRecord.of("p" + i, point(i)).inSequence(i), JoinRecordSerializer.TYPE)
                .uid("records")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<JoinRecord>forMonotonousTimestamps()
                                .withTimestampAssigner((record, none) -> record.sequence() * 1_000))
                .uid("times");
    }

    static float[] point(long i) {
        long of = i % 10 == 9 ? i - 1 : i;
        double angle = of * 2.399963;
        double radius = Math.sqrt(of) + (of == i ? 0 : 0.01);
        return new float[] {(float) (radius * Math.cos(angle)), (float) (radius * Math.sin(angle))};
    }

    static DataStream<Match> pairs(DataStream<JoinRecord> points) {
        List<byte[]> sample = new ArrayList<>();
        for (long i = 0; i < 1_000; i++) {
            sample.add(JoinRecord.of("sample", point(i * 10)).vector());
        }
        return SimilarityJoin.of(points)
                .comparing(Metric.L2, Encoding.FLOAT32, 2)
                .within(0.1)
                .window(Duration.ofMinutes(1))
                .cells(sample, 64)
                .named("near-duplicates")
                .matches();
    }
}
