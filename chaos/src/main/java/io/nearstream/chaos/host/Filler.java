package io.nearstream.chaos.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.annotation.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a file system full, with one file that takes whatever room others give back. */
final class Filler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Filler.class);
    private static final String NAME = ".nearstream-chaos-filler";
    private static final int[] BLOCKS = {1 << 20, 4 << 10};
    private static final long AGAIN_MS = 50;

    private final Path file;
    private final long bytesMax;
    private final FileChannel channel;
    private final Thread thread = new Thread(this::keepFull, "chaos-filler");
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private volatile boolean closed;

    private Filler(Path dir, long bytesMax) throws IOException {
        this.file = dir.resolve(NAME);
        this.bytesMax = bytesMax;
        this.channel =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.thread.setDaemon(true);
    }

    /**
     * Fills a file system, and returns when it is full.
     *
     * @param bytesMax more is written in no case: the file system would not be a small one
     * @throws IOException when it does not get full by that
     */
    static Filler fill(Path dir, long bytesMax) throws IOException {
        Filler filler = new Filler(dir, bytesMax);
        try {
            filler.fill();
        } catch (IOException | RuntimeException failed) {
            filler.close();
            throw failed;
        }
        filler.thread.start();
        return filler;
    }

    private void fill() throws IOException {
        for (int block : BLOCKS) {
            boolean room = true;
            while (room && !closed) {
                room = write(block);
                if (channel.position() > bytesMax) {
                    throw new IOException(
                            "%s takes more than %d bytes.".formatted(file.getParent(), bytesMax));
                }
            }
        }
    }

    /** Whether there was room; anything but a full disk is an error. */
    private boolean write(int bytes) throws IOException {
        try {
            channel.write(ByteBuffer.allocate(bytes));
            return true;
        } catch (IOException full) {
            if (!String.valueOf(full.getMessage()).contains("No space left")) {
                throw full;
            }
            return false;
        }
    }

    private void keepFull() {
        try {
            while (!closed) {
                fill();
                TimeUnit.MILLISECONDS.sleep(AGAIN_MS);
            }
        } catch (IOException broken) {
            failure.set(new IllegalStateException("The disk is not kept full.", broken));
        } catch (InterruptedException end) {
            LOG.trace("Only close() interrupts.");
        }
    }

    /** Why the disk was not full all the time; null if it was. */
    @Nullable
    RuntimeException failure() {
        return failure.get();
    }

    /** Gives the room back. */
    @Override
    public void close() throws IOException {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            channel.close();
            Files.deleteIfExists(file);
        }
    }
}
