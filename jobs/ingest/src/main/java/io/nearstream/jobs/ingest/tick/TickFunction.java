package io.nearstream.jobs.ingest.tick;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
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
    private final LogEnds.Provider provider;

    private transient LogEnds ends;
    private transient Map<String, IdlePartitions> topics;
    private transient Counter ticks;

    /**
     * Ticks partitions that are idle for so many milliseconds, at least 1.
     *
     * @param provider the ends of the topics' logs
     */
    public TickFunction(long idleMs, LogEnds.Provider provider) {
        this.idleMs = idleMs;
        this.provider = provider;
    }

    @Override
    public void open(OpenContext context) {
        topics = new HashMap<>();
        ticks = getRuntimeContext().getMetricGroup().counter("ticksOut");
        ends = provider.open();
    }

    @Override
    public void close() {
        if (ends != null) {
            ends.close();
        }
    }

    @Override
    public void processElement(Long heartbeat, Context context, Collector<OutRecord> out) {
        long now = context.timerService().currentProcessingTime();
        ends.get().forEach((topic, logEnds) -> tick(topic, now, logEnds, out));
    }

    private void tick(String topic, long now, long[] logEnds, Collector<OutRecord> out) {
        long[] idle =
                topics.computeIfAbsent(topic, name -> new IdlePartitions(idleMs))
                        .observe(now, logEnds);
        for (int partition = 0; partition < idle.length; partition++) {
            if (idle[partition] >= 0) {
                byte[] value = AvroWire.encode(new Tick(idle[partition]));
                out.collect(new OutRecord(topic, partition, KEY, value, false));
                ticks.inc();
            }
        }
    }
}
