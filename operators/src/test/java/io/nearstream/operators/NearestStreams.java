package io.nearstream.operators;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.Vectors;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** Streams for a search: an index of records that lie in a row, and elements that are numbers. */
final class NearestStreams {
    /** Of both. */
    static final int COUNT = 300;

    private NearestStreams() {}

    /** A record by its number. */
    interface RecordOf extends LongFunction<JoinRecord>, Serializable {}

    /** A time by a number. */
    interface TimeOf extends LongUnaryOperator, Serializable {}

    /** Records at the times of their numbers, all of which may be late. */
    static DataStream<JoinRecord> index(StreamExecutionEnvironment env, RecordOf of) {
        return records(env.fromSequence(0, COUNT - 1).uid("index"), of)
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<JoinRecord>forBoundedOutOfOrderness(Duration.ofDays(1))
                                .withTimestampAssigner((record, none) -> record.sequence()))
                .uid("index-times");
    }

    /** Records of numbers, which are their sequences. */
    static DataStream<JoinRecord> records(DataStream<Long> numbers, RecordOf of) {
        return numbers.map(i -> of.apply(i).inSequence(i), JoinRecordSerializer.TYPE)
                .uid("index-records");
    }

    /** Numbers, all of which may be late. */
    static DataStream<Long> elements(StreamExecutionEnvironment env, TimeOf time) {
        return env.fromSequence(0, COUNT - 1)
                .uid("elements")
                .map(i -> i, Types.LONG)
                .uid("element-numbers")
                .assignTimestampsAndWatermarks(
                        WatermarkStrategy.<Long>forBoundedOutOfOrderness(Duration.ofDays(1))
                                .withTimestampAssigner((i, none) -> time.applyAsLong(i)))
                .uid("element-times");
    }

    /** A watermark behind each record, so many milliseconds less: it depends on no clock. */
    static <T> WatermarkStrategy<T> timeOfEach(long behindMs) {
        return WatermarkStrategy.forGenerator(context -> new TimeOfEach<>(behindMs));
    }

    private static final class TimeOfEach<T> implements WatermarkGenerator<T> {
        private final long behindMs;
        private long newest = Long.MIN_VALUE;

        TimeOfEach(long behindMs) {
            this.behindMs = behindMs;
        }

        @Override
        public void onEvent(T event, long timestamp, WatermarkOutput output) {
            newest = Math.max(newest, timestamp);
            output.emitWatermark(new Watermark(newest - behindMs));
        }

        @Override
        public void onPeriodicEmit(WatermarkOutput output) {
            // all is said with the records
        }
    }

    static float[] at(long i) {
        return new float[] {i * 10, 0};
    }

    static List<byte[]> sample() {
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < COUNT; i += 4) {
            sample.add(Vectors.fromFloats(at(i)));
        }
        return sample;
    }

    static NearestNeighbours<Long> search(DataStream<Long> elements, DataStream<JoinRecord> index) {
        return NearestNeighbours.of(elements, index)
                .floats(i -> at(i))
                .comparing(Metric.L2, Encoding.FLOAT32, 2);
    }

    /** Runs the job to its end. */
    static <T> List<T> collect(DataStream<T> stream) throws Exception {
        List<T> all = new ArrayList<>();
        try (CloseableIterator<T> values = stream.executeAndCollect()) {
            values.forEachRemaining(all::add);
        }
        return all;
    }
}
