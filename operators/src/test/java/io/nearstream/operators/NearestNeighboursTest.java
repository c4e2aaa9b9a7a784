package io.nearstream.operators;

import static io.nearstream.operators.NearestStreams.at;
import static io.nearstream.operators.NearestStreams.elements;
import static io.nearstream.operators.NearestStreams.index;
import static io.nearstream.operators.NearestStreams.sample;
import static io.nearstream.operators.NearestStreams.search;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

/** What is said of a search while the job is made. */
class NearestNeighboursTest {
    private static <T> void discard(DataStream<T> stream, String uid) {
        stream.sinkTo(new DiscardingSink<>()).uid(uid);
    }

    /** Where uids are made up, or change, a job loses its state. */
    @Test
    void everyOperatorHasItsUidAndNoTypeIsGeneric() {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        NearestResult<Long> result =
                search(elements(env, i -> i), index(env, i -> JoinRecord.of("r" + i, at(i))))
                        .named("near")
                        .all();
        discard(result.output(), "out");
        discard(result.late(), "late");
        discard(result.refused(), "refused");
        discard(result.lateRecords(), "late-records");
        discard(result.refusedRecords(), "refused-records");
        assertThat(env.getStreamGraph(false).getStreamNodes())
                .extracting(StreamNode::getTransformationUID)
                .contains(
                        "near.index.v1",
                        "near.place.v1",
                        "near.ask.v1",
                        "near.search.v1",
                        "near.merge.v1",
                        "near.late-records.v1");
        assertThat(env.getStreamGraph().getJobGraph().getNumberOfVertices()).isGreaterThan(5);
    }

    @Test
    void whatDoesNotFitIsSaidWhenTheJobIsMade() {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        DataStream<JoinRecord> index = index(env, i -> JoinRecord.of("r" + i, at(i)));
        DataStream<Long> elements = elements(env, i -> i);
        assertThatThrownBy(
                        () ->
                                NearestNeighbours.of(elements, index)
                                        .comparing(Metric.L2, Encoding.FLOAT32, 2)
                                        .neighbours())
                .hasMessageContaining("use vectors(...) or floats(...)");
        assertThatThrownBy(() -> search(elements, index).k(0).neighbours())
                .hasMessageContaining("k must be between 1 and 1000, but was 0");
        assertThatThrownBy(() -> search(elements, index).within(-1).neighbours())
                .hasMessageContaining("must be 0 or more, but was -1.0");
        assertThatThrownBy(() -> search(elements, index).buckets(0).neighbours())
                .hasMessageContaining("buckets must be between 1 and 1024, but was 0");
        assertThatThrownBy(() -> search(elements, index).visiting(.5).neighbours())
                .hasMessageContaining("A share of 0.5 may be asked of cells only");
        assertThatThrownBy(
                        () -> search(elements, index).cells(sample(), 4).visiting(0).neighbours())
                .hasMessageContaining("The share of cells must be above 0");
        assertThatThrownBy(() -> search(elements, index).keeping(Duration.ZERO))
                .hasMessageContaining("kept for 1 millisecond or more");
        assertThatThrownBy(
                        () ->
                                search(elements, index)
                                        .comparing(Metric.INNER_PRODUCT, Encoding.FLOAT32, 2)
                                        .neighbours())
                .hasMessageContaining("Scale the vectors to length 1 and use COSINE");
    }
}
