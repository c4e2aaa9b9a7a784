package io.nearstream.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.shaded.netty4.io.netty.bootstrap.Bootstrap;
import org.apache.flink.shaded.netty4.io.netty.buffer.PooledByteBufAllocator;
import org.apache.flink.shaded.netty4.io.netty.channel.ChannelOption;
import org.apache.flink.shaded.netty4.io.netty.channel.EventLoopGroup;
import org.apache.flink.shaded.netty4.io.netty.channel.MultiThreadIoEventLoopGroup;
import org.apache.flink.shaded.netty4.io.netty.channel.nio.NioIoHandler;
import org.apache.flink.shaded.netty4.io.netty.channel.socket.nio.NioSocketChannel;

/**
 * The threads and buffers of one live reader, which all its connections share. Flink's own client
 * has a thread and 16 MB of direct memory for itself, which a closed one gives back only when the
 * garbage collector comes by twice: where connections broke often, they used up all that there was.
 * Thread-safe.
 */
final class FlinkStateNetwork implements StateCalls.Opener, AutoCloseable {
    private static final int PAGE_BYTES = 8_192;

    /** Memory is taken in chunks of 2^8 pages, 2 MiB; what is larger gets memory of its own. */
    private static final int CHUNK_ORDER = 8;

    private final JobID job;
    private final EventLoopGroup threads;
    private final Bootstrap bootstrap;

    /**
     * Starts no thread before the first connection is opened.
     *
     * @param job whose state is read
     * @param addresses of the reader: as many threads, but no more than processors
     */
    FlinkStateNetwork(JobID job, int addresses) {
        this.job = job;
        int count = Math.min(addresses, Runtime.getRuntime().availableProcessors());
        this.threads = new MultiThreadIoEventLoopGroup(count, daemons(), NioIoHandler.newFactory());
        this.bootstrap =
                new Bootstrap()
                        .group(threads)
                        .channel(NioSocketChannel.class)
                        .option(
                                ChannelOption.ALLOCATOR,
                                new PooledByteBufAllocator(
                                        true,
                                        0,
                                        count,
                                        PAGE_BYTES,
                                        CHUNK_ORDER,
                                        PooledByteBufAllocator.defaultSmallCacheSize(),
                                        PooledByteBufAllocator.defaultNormalCacheSize(),
                                        false));
    }

    private static ThreadFactory daemons() {
        return run -> {
            Thread thread = new Thread(run, "nearstream-live-network");
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public StateCalls open(String address) throws IOException {
        InetSocketAddress parsed = HostPort.parse("address", address);
        InetAddress host = InetAddress.getByName(parsed.getHostString());
        return FlinkStateCalls.connect(
                bootstrap, new InetSocketAddress(host, parsed.getPort()), job);
    }

    /** Ends the threads, without waiting for them. */
    @Override
    public void close() {
        threads.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }
}
