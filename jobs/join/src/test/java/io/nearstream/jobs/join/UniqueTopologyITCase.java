package io.nearstream.jobs.join;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.BruteForce;
import io.nearstream.core.join.JoinChange;
import io.nearstream.core.join.JoinRouting;
import io.nearstream.core.join.JoinRule;
import io.nearstream.core.join.PairChange;
import io.nearstream.core.join.RecordRef;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.RecordKey;
import io.nearstream.core.model.Version;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.WriteOp;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What a join that drops the later one writes of each id is what brute force says of the log, in
 * the order of versions, once, whatever order the log is read in and when the job fails.
 */
@Timeout(120)
class UniqueTopologyITCase {
    private static final long UID = 7;
    private static final int IDS = 40;
    private static final int CHANGES = 1_500;
    private static final int PER_SECOND = 1_500;
    private static final int MIXED = 12;
    private static final CollectionSettings LEFT = settings("all", UID);
    private static final CollectionSettings INTO = settings("unique", 8);

    private static CollectionSettings settings(String name, long uid) {
        return new CollectionSettings(
                name, uid, 2, Metric.L2, Encoding.UINT8, BucketScheme.LEARNED, 0, 0, 1, .95, 20, 4);
    }

    @Test
    void eachIdIsWrittenAsTheLogSays() {
        Property.holds(1, UniqueTopologyITCase::followALog);
    }

    private static void followALog(SplittableRandom random) throws Exception {
        List<IndexChange> log = log(random);
        Configuration options = new Configuration();
        options.set(JoinOptions.LEFT, LEFT.name());
        options.set(JoinOptions.EPS, 2.0);
        options.set(JoinOptions.UNIQUE_INTO, INTO.name());
        options.set(JoinOptions.BUCKETS, JoinOptions.Buckets.ONE);
        JoinSettings settings =
                JoinSettings.of(options, new TestingDirectory().create(LEFT, 1).create(INTO, 2));
        Map<String, List<String>> written =
                run(mixed(log, random), settings, 300 + random.nextInt(1_000));
        Map<String, List<String>> expected = bruteForce(log, settings.topology().rule());
        assertThat(written).isEqualTo(expected);
        assertThat(FailsOnce.failed()).isTrue();
    }

    private static List<IndexChange> log(SplittableRandom random) {
        List<IndexChange> log = new ArrayList<>();
        long time = 1_000;
        for (int i = 0; i < CHANGES; i++) {
            time += random.nextInt(3);
            RecordKey key = new RecordKey(UID, "r" + random.nextInt(IDS));
            Version version = new Version(time, 0, i);
            log.add(
                    random.nextInt(5) == 0
                            ? IndexChange.deleted(key, version)
                            : new IndexChange(
                                    key,
                                    false,
                                    version,
                                    new byte[] {
                                        (byte) random.nextInt(25), (byte) random.nextInt(25)
                                    },
                                    new int[] {0},
                                    0,
                                    0,
                                    random.nextBoolean() ? List.of("label") : List.of(),
                                    random.nextBoolean() ? new byte[] {(byte) i} : new byte[0],
                                    time - 5,
                                    random.nextInt(4) == 0
                                            ? time + random.nextInt(40)
                                            : IndexChange.NEVER));
        }
        return log;
    }

    /** As partitions that are read side by side bring them; some come twice, some long after. */
    private static List<IndexChange> mixed(List<IndexChange> log, SplittableRandom random) {
        List<IndexChange> mixed = new ArrayList<>();
        for (int from = 0; from < log.size(); from += MIXED) {
            List<IndexChange> block =
                    new ArrayList<>(log.subList(from, Math.min(log.size(), from + MIXED)));
            block.add(block.get(random.nextInt(block.size())));
            block.add(log.get(random.nextInt(from + 1)));
            Collections.shuffle(block, new Random(random.nextLong()));
            mixed.addAll(block);
        }
        return mixed;
    }

    private static Map<String, List<String>> run(
            List<IndexChange> changes, JoinSettings settings, int failsAt) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(50));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        env.setParallelism(2);
        ArrayList<byte[]> values = new ArrayList<>();
        changes.forEach(change -> values.add(IndexChangeWire.encode(change)));
        long[] times = changes.stream().mapToLong(change -> change.version().time()).toArray();
        DataGeneratorSource<RawRecord> source =
                new DataGeneratorSource<>(
                        i ->
                                new RawRecord(
                                        TopicNames.INDEX_CHANGES,
                                        0,
                                        i,
                                        times[i.intValue()],
                                        new byte[0],
                                        values.get(i.intValue()),
                                        false),
                        values.size(),
                        RateLimiterStrategy.perSecond(PER_SECOND),
                        RawRecordSerializer.TYPE);
        DataStream<RawRecord> records =
                env.fromSource(
                                source,
                                WatermarkStrategy.<RawRecord>forBoundedOutOfOrderness(
                                                Duration.ofMillis(2L * MIXED))
                                        .withTimestampAssigner(
                                                (record, none) -> record.timestamp()),
                                "log",
                                RawRecordSerializer.TYPE)
                        .setParallelism(1)
                        .map(FailsOnce.behind(failsAt, values.size()), RawRecordSerializer.TYPE)
                        .setParallelism(1);
        AvroWire wire = AvroWire.of(VectorWrite.getClassSchema());
        Map<String, List<String>> written = new TreeMap<>();
        try (CloseableIterator<OutRecord> out =
                MatchTopology.build(records, settings, () -> 0).executeAndCollect()) {
            while (out.hasNext()) {
                VectorWrite write = (VectorWrite) wire.decode(out.next().value());
                assertThat(write.getCollection()).isEqualTo(INTO.name());
                written.computeIfAbsent(write.getId(), id -> new ArrayList<>()).add(text(write));
            }
        }
        return written;
    }

    private static String text(VectorWrite write) {
        return write.getOp() == WriteOp.DELETE
                ? "delete"
                : "%s %s %s %s %s"
                        .formatted(
                                List.of(
                                        write.getVector().get(write.getVector().position()),
                                        write.getVector().get(write.getVector().position() + 1)),
                                write.getLabels(),
                                write.getPayload() == null
                                        ? "none"
                                        : write.getPayload().get(write.getPayload().position()),
                                write.getEventTime(),
                                write.getTtlMs());
    }

    private static Map<String, List<String>> bruteForce(List<IndexChange> log, JoinRule rule) {
        List<JoinChange> changes = new ArrayList<>();
        for (IndexChange change : log) {
            RecordRef record = new RecordRef(JoinRule.LEFT, change.key().id(), change.version());
            changes.add(
                    change.delete()
                            ? JoinChange.deleted(record)
                            : new JoinChange(
                                    record,
                                    false,
                                    change.vector(),
                                    change.eventTime(),
                                    change.expiresAt()));
        }
        Set<Version> later = new HashSet<>();
        for (PairChange pair :
                new BruteForce(rule, JoinRouting.single(), changes).says(Integer.MAX_VALUE)) {
            later.add(pair.pair().later().version());
        }
        assertThat(later).hasSizeBetween(CHANGES / 20, CHANGES * 3 / 4);
        Map<String, List<String>> expected = new TreeMap<>();
        for (IndexChange change : log) {
            boolean gone =
                    change.delete()
                            || change.expiresAt() <= change.version().time()
                            || later.contains(change.version());
            expected.computeIfAbsent(change.key().id(), id -> new ArrayList<>())
                    .add(gone ? "delete" : text(change));
        }
        return expected;
    }

    private static String text(IndexChange change) {
        return "%s %s %s %s %s"
                .formatted(
                        List.of(change.vector()[0], change.vector()[1]),
                        change.labels(),
                        change.payload().length == 0 ? "none" : change.payload()[0],
                        change.eventTime(),
                        change.expiresAt() == IndexChange.NEVER ? null : change.expiresAt());
    }
}
