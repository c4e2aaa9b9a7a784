package io.nearstream.embedded;

import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.SimpleStringSchema;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * The smallest job with state between two topics: writes {@code KEY#N} for the N-th occurrence of a
 * key, exactly once. Lost state shows as a repeated number, lost or doubled records as well.
 */
final class CountingJob {
    static final String NAME = "counting";
    static final String INPUT = TopicNames.VECTORS;
    static final String OUTPUT = TopicNames.MATCHES;

    private CountingJob() {}

    static NamedJob named() {
        return new NamedJob(NAME, CountingJob::jobGraph);
    }

    static JobGraph jobGraph(Configuration configuration) {
        var env = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(configuration.get(NearstreamOptions.PARALLELISM));
        String bootstrap = configuration.get(NearstreamOptions.BOOTSTRAP);
        KafkaSource<String> source =
                KafkaSource.<String>builder()
                        .setBootstrapServers(bootstrap)
                        .setTopics(INPUT)
                        .setGroupId(NAME)
                        .setStartingOffsets(OffsetsInitializer.earliest())
                        .setValueOnlyDeserializer(new SimpleStringSchema())
                        .build();
        KafkaSink<String> sink =
                KafkaSink.<String>builder()
                        .setBootstrapServers(bootstrap)
                        .setRecordSerializer(
                                KafkaRecordSerializationSchema.<String>builder()
                                        .setTopic(OUTPUT)
                                        .setValueSerializationSchema(new SimpleStringSchema())
                                        .build())
                        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                        .setTransactionalIdPrefix(NAME)
                        .setProperty("transaction.timeout.ms", "600000")
                        .build();
        env.fromSource(source, WatermarkStrategy.noWatermarks(), "Read words")
                .uid("counting.source")
                .keyBy(word -> word)
                .process(new Count())
                .uid("counting.count")
                .name("Count words")
                .sinkTo(sink)
                .uid("counting.sink")
                .name("Write counts");
        return env.getStreamGraph().getJobGraph();
    }

    private static final class Count extends KeyedProcessFunction<String, String, String> {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Long> count;

        @Override
        public void open(OpenContext context) {
            count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.LONG));
        }

        @Override
        public void processElement(String word, Context context, Collector<String> out)
                throws Exception {
            long next = count.value() == null ? 1 : count.value() + 1;
            count.update(next);
            out.collect(word + "#" + next);
        }
    }
}
