package io.nearstream.jobs.ingest.tick;

import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.schemas.Tick;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.charset.StandardCharsets;
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

    private final String topic;
    private final long idleMs;
    private final LogEnds.Provider provider;

    private transient LogEnds ends;
    private transient IdlePartitions partitions;
    private transient Counter ticks;

    /** Ticks partitions of the topic that are idle for so many milliseconds, at least 1. */
    public TickFunction(String topic, long idleMs, LogEnds.Provider provider) {
        this.topic = topic;
        this.idleMs = idleMs;
        this.provider = provider;
    }

    @Override
    public void open(OpenContext context) {
        partitions = new IdlePartitions(idleMs);
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
        long[] idle = partitions.observe(now, ends.get());
        for (int partition = 0; partition < idle.length; partition++) {
            if (idle[partition] >= 0) {
                byte[] value = AvroWire.encode(new Tick(idle[partition]));
                out.collect(new OutRecord(topic, partition, KEY, value, false));
                ticks.inc();
            }
        }
    }
}
