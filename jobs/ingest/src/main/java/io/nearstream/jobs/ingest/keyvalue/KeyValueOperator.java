package io.nearstream.jobs.ingest.keyvalue;

import io.nearstream.core.keyvalue.KeyValueCommand;
import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.core.keyvalue.KeyValueRules;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.kafka.OutRecordSerializer;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import io.nearstream.jobs.ingest.time.DueOperator;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.annotation.Nullable;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.query.TaskKvStateRegistry;
import org.apache.flink.runtime.state.AbstractKeyedStateBackend;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Keeps the state of each key, and publishes it for queries under {@link
 * KeyValueState#QUERYABLE_NAME}. Input: commands keyed by key, each key's in the order of its log.
 * Output: each new state of a key, a tombstone as of the expiry of a value that expires, and that a
 * key may be forgotten once its tombstone is older than the horizon. Side output {@link #RESULTS}:
 * the answer to each command that wants one.
 *
 * <p>What a command does is {@link KeyValueRules}: it depends on the log alone, so a replay after a
 * failure repeats the same states and answers. A timer only makes sure that an expiry is said
 * although nobody writes the key again; a command that comes first finds the same.
 */
public final class KeyValueOperator extends DueOperator<String, KeyValueEntry, KeyValueUpdate>
        implements OneInputStreamOperator<KeyValueCommand, KeyValueUpdate> {
    /** Encoded answers. */
    public static final OutputTag<OutRecord> RESULTS =
            new OutputTag<>("kv-results", OutRecordSerializer.TYPE);

    private static final long serialVersionUID = 1L;
    private static final String TIMERS = "key-value-due";

    private transient Map<KeyValueRules.Status, Counter> outcomes;
    private transient Counter expired;
    private transient Counter forgotten;
    @Nullable private transient PublishedState<String, VoidNamespace, KeyValueEntry> published;

    /**
     * An operator for any keys.
     *
     * @param tombstoneHorizonMs how long deletes are remembered, at least 1 ms
     */
    public KeyValueOperator(long tombstoneHorizonMs) {
        super(tombstoneHorizonMs);
    }

    @Override
    public void open() throws Exception {
        super.open();
        publish(openState(KeyValueState.descriptor(), TIMERS));
        outcomes = new EnumMap<>(KeyValueRules.Status.class);
        for (KeyValueRules.Status status : KeyValueRules.Status.values()) {
            outcomes.put(
                    status,
                    getMetricGroup().addGroup("outcome", status.name()).counter("commands"));
        }
        expired = getMetricGroup().counter("keysExpired");
        forgotten = getMetricGroup().counter("keysForgotten");
        LiveReadProxy.show(
                getMetricGroup(),
                getContainingTask().getEnvironment().getTaskManagerInfo().getConfiguration());
    }

    private void publish(ValueState<KeyValueEntry> state) throws IOException {
        TaskKvStateRegistry registry =
                getContainingTask().getEnvironment().getTaskKvStateRegistry();
        @SuppressWarnings("unchecked") // what every backend of Flink gives
        InternalKvState<String, VoidNamespace, KeyValueEntry> kept =
                (InternalKvState<String, VoidNamespace, KeyValueEntry>) state;
        published = new PublishedState<>(kept, registry);
        KeyGroupRange keyGroups =
                ((AbstractKeyedStateBackend<?>) getKeyedStateBackend()).getKeyGroupRange();
        registry.registerKvState(
                keyGroups, KeyValueState.QUERYABLE_NAME, published, getUserCodeClassloader());
        Optional<String> proxy =
                LiveReadProxy.address(getContainingTask().getEnvironment().getTaskManagerInfo());
        if (proxy.isPresent()) {
            registry.registerKvState(
                    keyGroups,
                    KeyValueState.HOLDER_NAME,
                    new HolderState(proxy.get()),
                    getUserCodeClassloader());
        }
    }

    /** Also after a failure; the state is freed behind it. */
    @Override
    public void close() throws Exception {
        try {
            if (published != null) {
                published.close();
            }
        } finally {
            super.close();
        }
    }

    /** What readers read, once this is open. */
    PublishedState<String, VoidNamespace, KeyValueEntry> published() {
        return Objects.requireNonNull(published, "not open");
    }

    @Override
    public void processElement(StreamRecord<KeyValueCommand> element) throws Exception {
        KeyValueCommand command = element.getValue();
        KeyValueEntry stored = stored();
        KeyValueRules.Outcome outcome = KeyValueRules.apply(stored, command);
        outcomes.get(outcome.status()).inc();
        if (outcome.expired().isPresent()) {
            expired.inc();
            emit(new KeyValueUpdate(command.key(), outcome.expired().get(), false));
        }
        if (outcome.wrote() || outcome.expired().isPresent()) {
            if (stored != null) {
                release(stored);
            }
            keep(outcome.after().orElseThrow());
        }
        if (outcome.wrote()) {
            emit(new KeyValueUpdate(command.key(), outcome.after().orElseThrow(), false));
        }
        if (command.answered()) {
            output.collect(RESULTS, new StreamRecord<>(KeyValueResults.of(command, outcome)));
        }
    }

    @Override
    protected long dueAt(KeyValueEntry state, long horizonMs) {
        return state.dueAt(horizonMs);
    }

    @Override
    protected void due(String key, KeyValueEntry stored) throws Exception {
        if (stored.deleted()) {
            forget();
            forgotten.inc();
            emit(new KeyValueUpdate(key, stored, true));
        } else {
            KeyValueEntry gone = stored.expired();
            expired.inc();
            keep(gone);
            emit(new KeyValueUpdate(key, gone, false));
        }
    }

    private void emit(KeyValueUpdate update) {
        output.collect(new StreamRecord<>(update));
    }
}
