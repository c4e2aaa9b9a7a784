package io.nearstream.jobs.ingest.tick;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Writes a Tick to every partition whose end has not moved for the idle time, and sooner when
 * another partition was written to, so that append time goes on where nobody writes. Input: a
 * heartbeat, several for each idle time; its value means nothing. Output: ticks, each to its
 * partition. Runs once in a job; a tick too many is harmless.
 */
public final class TickFunction extends ProcessFunction<Long, OutRecord> {
    private static final long serialVersionUID = 1L;
    private static final byte[] KEY = "tick".getBytes(StandardCharsets.US_ASCII);

    private final long idleMs;
    private final TreeMap<String, LogEnds.Provider> providers;

    private transient List<Topic> topics;
    private transient Counter ticks;

    private record Topic(String name, LogEnds ends, IdlePartitions partitions) {}

    /**
     * Ticks partitions that are idle for so many milliseconds, at least 1.
     *
     * @param providers the ends of the topics' logs, by topic
     */
    public TickFunction(long idleMs, Map<String, LogEnds.Provider> providers) {
        this.idleMs = idleMs;
        this.providers = new TreeMap<>(providers);
    }

    @Override
    public void open(OpenContext context) {
        topics = new ArrayList<>();
        ticks = getRuntimeContext().getMetricGroup().counter("ticksOut");
        providers.forEach(
                (name, provider) ->
                        topics.add(new Topic(name, provider.open(), new IdlePartitions(idleMs))));
    }

    @Override
    public void close() {
        if (topics != null) {
            topics.forEach(topic -> topic.ends().close());
        }
    }

    @Override
    public void processElement(Long heartbeat, Context context, Collector<OutRecord> out) {
        for (Topic topic : topics) {
            tick(topic, context.timerService().currentProcessingTime(), out);
        }
    }

    private void tick(Topic topic, long now, Collector<OutRecord> out) {
        long[] idle = topic.partitions().observe(now, topic.ends().get());
        for (int partition = 0; partition < idle.length; partition++) {
            if (idle[partition] >= 0) {
                byte[] value = AvroWire.encode(new Tick(idle[partition]));
                out.collect(new OutRecord(topic.name(), partition, KEY, value, false));
                ticks.inc();
            }
        }
    }
}
