package io.nearstream.jobs.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Limits;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import io.nearstream.jobs.ingest.train.LifeSettings;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.junit.jupiter.api.Test;

class IngestTopologyTest {
    private static final IngestSettings SETTINGS =
            new IngestSettings(Limits.DEFAULT, 50, 1, 20, 1_000, 20, 0, LifeSettings.DEFAULT, 7);

    @Test
    void uidsAreAsSavepointsKnowThem() {
        Map<String, String> nameByUid = new TreeMap<>();
        for (StreamNode node : graph().getStreamNodes()) {
            String uid = node.getTransformationUID();
            if (uid != null && !uid.startsWith("test.")) {
                nameByUid.put(uid, node.getOperatorName());
            }
        }
        assertThat(nameByUid)
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "ingest.decode.v1", "Decode and sign",
                                "ingest.first-training.v1", "Await first buckets",
                                "ingest.version.v1", "Version by id",
                                "ingest.encode.v1", "Encode index change",
                                "ingest.learn.v1", "Learn buckets",
                                "ingest.tick.v1", "Tick idle partitions"));
    }

    /** The sink shares the chain of the encoder: what it sends keeps the order of Progress. */
    @Test
    void versionEncoderAndSinkAreOneChain() {
        assertThat(graph().getJobGraph().getVertices())
                .extracting(vertex -> vertex.getName())
                .anySatisfy(
                        name ->
                                assertThat(name)
                                        .startsWith(
                                                "Version by id -> Encode index change -> Sink"));
    }

    private static StreamGraph graph() {
        Configuration config = new Configuration();
        config.set(PipelineOptions.GENERIC_TYPES, false);
        config.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(config);
        env.setParallelism(2);
        DataStream<RawRecord> writes =
                env.fromSource(
                                new DataGeneratorSource<>(
                                        number -> Samples.raw(Samples.upsert("a"), 0, number, 1),
                                        1,
                                        RawRecordSerializer.TYPE),
                                WatermarkStrategy.forMonotonousTimestamps(),
                                "writes")
                        .uid("test.writes");
        IngestTopology.Outputs outputs =
                IngestTopology.build(
                        writes, "", SETTINGS, new TestingDirectory().provider(), () -> 4);
        DataStream<Long> heartbeats =
                env.fromSource(
                                new DataGeneratorSource<>(beat -> beat, 1, Types.LONG),
                                WatermarkStrategy.noWatermarks(),
                                "beats")
                        .uid("test.beats");
        List<DataStream<OutRecord>> streams =
                List.of(
                        outputs.changes(),
                        outputs.deadLetters(),
                        outputs.codebooks(),
                        IngestTopology.ticks(
                                heartbeats,
                                SETTINGS,
                                () -> {
                                    throw new IllegalStateException("never started");
                                }));
        for (int i = 0; i < streams.size(); i++) {
            streams.get(i).sinkTo(new DiscardingSink<>()).uid("test.sink" + i);
        }
        return env.getStreamGraph();
    }
}
