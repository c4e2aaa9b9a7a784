package io.nearstream.jobs.ingest.keyvalue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.KvStateID;
import org.apache.flink.runtime.jobgraph.JobVertexID;
import org.apache.flink.runtime.query.KvStateRegistry;
import org.apache.flink.runtime.query.KvStateRegistryListener;
import org.apache.flink.runtime.query.TaskKvStateRegistry;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublishedStateTest {
    private static final byte[] KEY = {1};
    private static final byte[] VALUE = {2};

    private final KvStateRegistry registry = new KvStateRegistry();
    private final JobID job = new JobID();
    private final TaskKvStateRegistry ofTask = registry.createTaskRegistry(job, new JobVertexID());
    private final CountDownLatch reading = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final PublishedState<String, VoidNamespace, String> state =
            new PublishedState<>(new Slow(), ofTask);

    private byte[] read() {
        try {
            return state.getSerializedValue(KEY, null, null, null);
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void closingWaitsForAReadThatHasBegun() throws Exception {
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(this::read);
        reading.await();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(state::close);
        // It must not end, so it can only be given some time to.
        assertThatThrownBy(() -> closed.get(200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        assertThat(read).isNotDone();
        goOn.countDown();
        assertThat(read.get()).isEqualTo(VALUE);
        closed.get();
    }

    @Test
    void nobodyReadsOrFindsWhatIsClosed() throws Exception {
        CompletableFuture<KvStateID> found = new CompletableFuture<>();
        CompletableFuture<String> gone = new CompletableFuture<>();
        registry.registerListener(
                job,
                new KvStateRegistryListener() {
                    @Override
                    public void notifyKvStateRegistered(
                            JobID of,
                            JobVertexID vertex,
                            KeyGroupRange range,
                            String name,
                            KvStateID id) {
                        found.complete(id);
                    }

                    @Override
                    public void notifyKvStateUnregistered(
                            JobID of, JobVertexID vertex, KeyGroupRange range, String name) {
                        gone.complete(name);
                    }
                });
        ofTask.registerKvState(new KeyGroupRange(0, 1), "name", state, getClass().getClassLoader());
        assertThat(registry.getKvState(found.get()).getState()).isSameAs(state);
        goOn.countDown();
        assertThat(read()).isEqualTo(VALUE);

        state.close();
        assertThat(gone).isCompletedWithValue("name");
        assertThat(registry.getKvState(found.get())).isNull();
        assertThatThrownBy(() -> state.getSerializedValue(KEY, null, null, null))
                .hasMessageContaining("is being ended");
        // Flink does so once more.
        ofTask.unregisterAll();
        state.close();
    }

    /** A read that takes until it is let go. */
    private final class Slow implements InternalKvState<String, VoidNamespace, String> {
        @Override
        public byte[] getSerializedValue(
                byte[] keyAndNamespace,
                TypeSerializer<String> keys,
                TypeSerializer<VoidNamespace> namespaces,
                TypeSerializer<String> values)
                throws Exception {
            reading.countDown();
            goOn.await();
            return VALUE;
        }

        @Override
        public TypeSerializer<String> getKeySerializer() {
            return StringSerializer.INSTANCE;
        }

        @Override
        public TypeSerializer<VoidNamespace> getNamespaceSerializer() {
            return VoidNamespaceSerializer.INSTANCE;
        }

        @Override
        public TypeSerializer<String> getValueSerializer() {
            return StringSerializer.INSTANCE;
        }

        @Override
        public void setCurrentNamespace(VoidNamespace namespace) {
            throw new UnsupportedOperationException("Readers do not.");
        }

        @Override
        public StateIncrementalVisitor<String, VoidNamespace, String> getStateIncrementalVisitor(
                int entriesAtOnce) {
            throw new UnsupportedOperationException("Readers do not.");
        }

        @Override
        public void clear() {
            throw new UnsupportedOperationException("Readers do not.");
        }
    }
}
