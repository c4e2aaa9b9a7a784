package io.nearstream.jobs.query;

import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/** Puts a hand-made transformation into the graph. */
final class TransformedStream<T> extends SingleOutputStreamOperator<T> {
    TransformedStream(
            StreamExecutionEnvironment environment, TwoInputTransformation<?, ?, T> made) {
        super(environment, made);
        environment.addOperator(made);
    }
}
