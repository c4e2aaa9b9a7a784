package io.nearstream.migrate;

import io.nearstream.core.model.RecordKey;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.jobs.common.state.RecordKeySerializer;
import io.nearstream.jobs.ingest.KeyValueTopology;
import io.nearstream.jobs.query.QueryTopology;
import io.nearstream.jobs.query.message.BucketKeySerializer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.collect.CollectSinkOperatorFactory;

/**
 * The bounded Flink jobs that read a savepoint, each on a cluster of its own in this JVM. Memory is
 * bounded: RocksDB has 64 MiB in each source (Flink's State Processor API fixes that), sorts and
 * shuffles have what is said here, and everything else lies in the work directory.
 *
 * @param savepoint what is read
 * @param work scratch directory, which the caller removes
 * @param parallelism of the reading and of the sort, 1 to {@link Exporter#PARALLELISM_MAX}
 */
record StateJobs(Savepoint savepoint, Path work, int parallelism) {
    static final List<String> COLLECTION_UIDS =
            List.of(
                    QueryTopology.ASSIGN_UID,
                    QueryTopology.BUCKETS_UID,
                    QueryTopology.RECORDS_UID,
                    QueryTopology.PAYLOAD_STORE_UID);

    static final List<String> KEY_UIDS = List.of(KeyValueTopology.STATE_UID);

    private static final MemorySize SORT = MemorySize.ofMebiBytes(256);
    private static final MemorySize SHUFFLE = MemorySize.ofMebiBytes(64);

    /** A record has less than half of it under the largest limits; 2 MiB is Flink's default. */
    private static final MemorySize RECORD_MAX = MemorySize.ofMebiBytes(8);

    private static final TypeInformation<byte[]> BYTES =
            PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO;
    private static final TypeInformation<RecordKey> RECORDS = RecordKeySerializer.TYPE;
    private static final String WITH_VALUE = "with-value";

    /**
     * How many records live, by the uid of their collection.
     *
     * @param soFar hears how many have been counted
     */
    Map<Long, Long> countRecords(LongConsumer soFar) throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<StatePart> placed =
                parts(env, QueryTopology.ASSIGN_UID, new StateReaders.Placements(), RECORDS)
                        .filter(new Tally<>(part -> part.isSomething() ? live(part) : ""));
        Map<Long, Long> counts = new HashMap<>();
        StateRun.count(env, placed, "Count the records of a savepoint", soFar)
                .forEach((name, count) -> counts.put(Long.parseUnsignedLong(name, 16), count));
        return counts;
    }

    private static String live(StatePart part) {
        return Long.toHexString(part.key().collectionUid());
    }

    /**
     * The records of a collection, as {@link PartJoin} makes them.
     *
     * @param soFar hears how many parts of them have been gathered
     */
    StateRun records(long collectionUid, long asOf, LongConsumer soFar) throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<StatePart> parts =
                parts(env, QueryTopology.ASSIGN_UID, new StateReaders.Placements(), RECORDS)
                        .filter(part -> part.key().collectionUid() == collectionUid)
                        .union(
                                parts(
                                        env,
                                        QueryTopology.BUCKETS_UID,
                                        new StateReaders.Buckets(collectionUid),
                                        BucketKeySerializer.TYPE));
        if (savepoint.has(QueryTopology.RECORDS_UID)) {
            parts =
                    parts.union(
                            parts(
                                    env,
                                    QueryTopology.RECORDS_UID,
                                    new StateReaders.Rows(collectionUid),
                                    RECORDS));
        }
        if (savepoint.has(QueryTopology.PAYLOAD_STORE_UID)) {
            parts =
                    parts.union(
                            parts(
                                    env,
                                    QueryTopology.PAYLOAD_STORE_UID,
                                    new StateReaders.Payloads(collectionUid),
                                    RECORDS));
        }
        DataStream<byte[]> records =
                parts.filter(StatePart::isSomething)
                        .filter(new Tally<>(part -> StateRun.GATHERED))
                        .keyBy(StatePart::key, RECORDS)
                        .process(new PartJoin(asOf), BYTES)
                        .name("Put records together");
        return StateRun.start(env, records, "Export a collection", soFar);
    }

    private <K> DataStream<StatePart> parts(
            StreamExecutionEnvironment env,
            String uid,
            KeyedStateReaderFunction<K, StatePart> reader,
            TypeInformation<K> keys)
            throws IOException {
        return read(env)
                .readKeyedState(
                        OperatorIdentifier.forUid(uid), reader, keys, StatePartSerializer.TYPE);
    }

    /** How many keys have a value, expired or not. */
    long countKeys(LongConsumer soFar) throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> counted =
                keys(env, Long.MIN_VALUE)
                        .filter(new Tally<>(key -> key.length == 0 ? "" : WITH_VALUE));
        return StateRun.count(env, counted, "Count the keys of a savepoint", soFar)
                .getOrDefault(WITH_VALUE, 0L);
    }

    /** The keys that have a value, as {@link KeyReader} makes them. */
    StateRun keys(long asOf) throws Exception {
        StreamExecutionEnvironment env = environment();
        DataStream<byte[]> keys =
                keys(env, asOf)
                        .filter(new Tally<>(key -> key.length == 1 ? PartJoin.EXPIRED : ""))
                        .filter(key -> key.length > 1);
        return StateRun.start(env, keys, "Export keys", gathered -> {}); // come at once
    }

    private DataStream<byte[]> keys(StreamExecutionEnvironment env, long asOf) throws IOException {
        return read(env)
                .readKeyedState(
                        OperatorIdentifier.forUid(KeyValueTopology.STATE_UID),
                        new KeyReader(asOf),
                        KeyValueState.KEY_TYPE,
                        BYTES);
    }

    private SavepointReader read(StreamExecutionEnvironment env) throws IOException {
        return SavepointReader.read(
                env, savepoint.dir().toUri().toString(), new EmbeddedRocksDBStateBackend());
    }

    StreamExecutionEnvironment environment() {
        Configuration configuration = new Configuration();
        configuration.set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH);
        configuration.set(PipelineOptions.GENERIC_TYPES, false);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "disable");
        configuration.set(CoreOptions.TMP_DIRS, work.toString());
        // Counters travel with it.
        configuration.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, StateRun.POLL);
        configuration.set(RestOptions.PORT, 0);
        configuration.set(RestOptions.BIND_PORT, "0");
        configuration.set(CollectSinkOperatorFactory.MAX_BATCH_SIZE, RECORD_MAX);
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, SORT);
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, SHUFFLE);
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, SHUFFLE);
        return StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    }
}
