package io.nearstream.example.operators;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.operators.JoinRecord;
import io.nearstream.operators.JoinRecordSerializer;
import io.nearstream.operators.NearestNeighbours;
import io.nearstream.operators.Neighbours;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Says for each visitor of a shop which products are nearest to what they look for, out of those
 * that are on offer at that moment. It needs nothing but the operators and Flink.
 */
public final class SimilarProducts {
    private SimilarProducts() {}

    /** Prints the three nearest products for so many visitors. */
    public static void main(String[] args) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        nearest(visitors(env, 1_000), products(env, 10_000)).print();
        env.execute("Similar products");
    }

    /**
     * One a second from 0 on; each is taken off a hundred seconds after it came, by the product
     * that comes then.
     */
    static DataStream<JoinRecord> products(StreamExecutionEnvironment env, long count) {
        return env.fromSequence(0, count - 1)
                .uid("products")
                .map(
                        i ->
                                JoinRecord.of("p" + i, taste(i))
                                        .inSequence(i)
                                        .expiringAt(time(i + 100)),
                        JoinRecordSerializer.TYPE)
                .uid("product-records")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<JoinRecord>forMonotonousTimestamps()
                                .withTimestampAssigner((product, none) -> time(product.sequence())))
                .uid("product-times");
    }

    /** One every ten seconds, who looks for what came fifty seconds ago. */
    static DataStream<Long> visitors(StreamExecutionEnvironment env, long count) {
        return env.fromSequence(0, count - 1)
                .uid("visitors")
                .map(i -> i * 10, Types.LONG)
                .uid("visitor-numbers")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forMonotonousTimestamps()
                                .withTimestampAssigner((visitor, none) -> time(visitor)))
                .uid("visitor-times");
    }

    private static long time(long second) {
        return second * 1_000;
    }

    /** Points of a spiral: the one before and the one behind are the nearest. */
    static float[] taste(long i) {
        double angle = i / 400.0;
        return new float[] {(float) (angle * Math.cos(angle)), (float) (angle * Math.sin(angle))};
    }

    static DataStream<Neighbours<Long>> nearest(
            DataStream<Long> visitors, DataStream<JoinRecord> products) {
        List<byte[]> sample = new ArrayList<>();
        for (long i = 0; i < 1_000; i++) {
            sample.add(JoinRecord.of("sample", taste(i * 10)).vector());
        }
        return NearestNeighbours.of(visitors, products)
                .floats(visitor -> taste(visitor - 50))
                .comparing(Metric.L2, Encoding.FLOAT32, 2)
                .k(3)
                .cells(sample, 16)
                .named("similar-products")
                .neighbours();
    }
}
