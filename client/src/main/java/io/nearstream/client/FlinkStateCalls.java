package io.nearstream.client;

import io.nearstream.core.keyvalue.KeyValueEntry;
import io.nearstream.jobs.common.keyvalue.KeyValueEntrySerializer;
import io.nearstream.jobs.common.keyvalue.KeyValueState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.annotation.Nullable;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.queryablestate.client.VoidNamespace;
import org.apache.flink.queryablestate.client.VoidNamespaceSerializer;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.queryablestate.messages.KvStateRequest;
import org.apache.flink.queryablestate.messages.KvStateResponse;
import org.apache.flink.queryablestate.network.ClientHandler;
import org.apache.flink.queryablestate.network.ClientHandlerCallback;
import org.apache.flink.queryablestate.network.messages.MessageSerializer;
import org.apache.flink.shaded.netty4.io.netty.bootstrap.Bootstrap;
import org.apache.flink.shaded.netty4.io.netty.channel.Channel;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelFuture;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelInitializer;
import org.apache.flink.shaded.netty4.io.netty.channel.socket.SocketChannel;
import org.apache.flink.shaded.netty4.io.netty.handler.codec.LengthFieldBasedFrameDecoder;

/**
 * One connection to a queryable-state proxy, in Flink's protocol: a request with a number, an
 * answer with the same. Once it has failed it stays so; another one is opened then. Thread-safe.
 */
final class FlinkStateCalls implements StateCalls, ClientHandlerCallback<KvStateResponse> {
    private static final String NAME = "Live reads";

    /** More than any entry; a failure comes with its stack trace. */
    private static final int FRAME_BYTES_MAX = 64 << 20;

    private static final int LENGTH_BYTES = 4;

    private final JobID job;
    private final Map<Long, FlinkStateCall<?>> underway = new ConcurrentHashMap<>();
    private final AtomicLong numbers = new AtomicLong();
    private final ChannelFuture connection;

    /** Known before the connection is made. */
    @Nullable private volatile Channel channel;

    @Nullable private volatile Throwable failure;

    private FlinkStateCalls(Bootstrap bootstrap, InetSocketAddress address, JobID job) {
        this.job = job;
        this.connection = bootstrap.clone().handler(new FlinkStatePipeline()).connect(address);
        connection.addListener(
                made -> {
                    if (!made.isSuccess()) {
                        onFailure(made.cause());
                    }
                });
    }

    /** Begins to connect, and does not wait for it. */
    static StateCalls connect(Bootstrap bootstrap, InetSocketAddress address, JobID job) {
        return new FlinkStateCalls(bootstrap, address, job);
    }

    /** Puts the protocol on the channel before it is connected. */
    private final class FlinkStatePipeline extends ChannelInitializer<SocketChannel> {
        @Override
        protected void initChannel(SocketChannel made) {
            channel = made;
            if (failure != null) {
                made.close(); // before it was there
                return;
            }
            MessageSerializer<KvStateRequest, KvStateResponse> serializer =
                    new MessageSerializer<>(
                            new KvStateRequest.KvStateRequestDeserializer(),
                            new KvStateResponse.KvStateResponseDeserializer());
            made.pipeline()
                    .addLast(
                            new LengthFieldBasedFrameDecoder(
                                    FRAME_BYTES_MAX, 0, LENGTH_BYTES, 0, LENGTH_BYTES))
                    .addLast(new ClientHandler<>(NAME, serializer, FlinkStateCalls.this));
        }
    }

    @Override
    public CompletableFuture<KeyValueEntry> get(String key) {
        return ask(KeyValueState.QUERYABLE_NAME, key, KeyValueEntrySerializer.INSTANCE);
    }

    @Override
    public CompletableFuture<String> holder(String key) {
        return ask(KeyValueState.HOLDER_NAME, key, StringSerializer.INSTANCE);
    }

    @Override
    public String peer() {
        Channel made = channel;
        return made != null && made.remoteAddress() instanceof InetSocketAddress address
                ? address.getAddress().getHostAddress() + ":" + address.getPort()
                : "";
    }

    private <T> CompletableFuture<T> ask(String state, String key, TypeSerializer<T> serializer) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        long number = numbers.getAndIncrement();
        underway.put(number, new FlinkStateCall<>(answer, serializer));
        if (failure != null) {
            // Whoever failed the others may have passed this one by.
            end(number, failure);
        } else if (connection.isSuccess()) {
            send(number, state, key);
        } else {
            connection.addListener(
                    made -> {
                        if (made.isSuccess()) {
                            send(number, state, key);
                        }
                    });
        }
        return answer;
    }

    private void send(long number, String state, String key) {
        try {
            KvStateRequest request =
                    new KvStateRequest(
                            job,
                            state,
                            key.hashCode(),
                            KvStateSerializer.serializeKeyAndNamespace(
                                    key,
                                    StringSerializer.INSTANCE,
                                    VoidNamespace.INSTANCE,
                                    VoidNamespaceSerializer.INSTANCE));
            connection
                    .channel()
                    .writeAndFlush(
                            MessageSerializer.serializeRequest(
                                    connection.channel().alloc(), number, request))
                    .addListener(
                            written -> {
                                if (!written.isSuccess()) {
                                    onFailure(written.cause());
                                }
                            });
        } catch (IOException | RuntimeException unsendable) {
            end(number, unsendable);
        }
    }

    @Override
    public void onRequestResult(long number, KvStateResponse response) {
        FlinkStateCall<?> call = underway.remove(number);
        if (call != null) { // else given up meanwhile
            call.end(response.getContent());
        }
    }

    @Override
    public void onRequestFailure(long number, Throwable cause) {
        end(number, cause);
    }

    /** The connection has broken. */
    @Override
    public void onFailure(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
        Channel made = channel;
        if (made != null) {
            made.close();
        }
        underway.keySet().forEach(number -> end(number, cause));
    }

    private void end(long number, Throwable cause) {
        FlinkStateCall<?> call = underway.remove(number);
        if (call != null) {
            call.answer().completeExceptionally(cause);
        }
    }

    @Override
    public void close() {
        onFailure(new ClosedChannelException());
    }
}
