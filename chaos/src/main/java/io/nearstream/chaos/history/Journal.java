package io.nearstream.chaos.history;

import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.annotation.Nullable;

/**
 * Writes down operations, one JSON line when each begins and one when it ends. A line is with the
 * operating system when the method returns, so what was sent is known also if this process is
 * killed; nothing is kept in memory. Thread-safe.
 */
public final class Journal implements AutoCloseable {
    /** An operation that has begun. */
    public record Begun(long number, Ask ask) {}

    private static final ObjectWriter WRITER = Line.JSON.writerFor(Line.class);

    private final LongSupplier nanos;
    private final OutputStream file;
    private final AtomicLong number;
    @Nullable private IOException failure;

    private Journal(OutputStream file, LongSupplier nanos, long firstNumber) {
        this.number = new AtomicLong(firstNumber - 1);
        this.file = file;
        this.nanos = nanos;
    }

    /**
     * Starts a journal.
     *
     * @param path of the file, which must not exist
     * @param nanos a clock that all clients of the run share: {@link System#nanoTime}
     * @throws UncheckedIOException if it cannot be written; later writes throw the same
     */
    public static Journal create(Path path, History.Subject subject, LongSupplier nanos) {
        return create(path, subject, nanos, 1);
    }

    /**
     * Starts a journal beside others of the same run.
     *
     * @param firstNumber of its operations, whose numbers no other journal may have
     */
    public static Journal create(
            Path path, History.Subject subject, LongSupplier nanos, long firstNumber) {
        try {
            Journal journal =
                    new Journal(
                            Files.newOutputStream(
                                    path, StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND),
                            nanos,
                            firstNumber);
            journal.write(new Line.Start(subject));
            return journal;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start the journal %s.".formatted(path), e);
        }
    }

    /** The number that an operation gets which has no other; for content made before it begins. */
    public long nextNumber() {
        return number.incrementAndGet();
    }

    /** Writes down that an operation is about to leave the client. */
    public Begun begin(Ask ask) {
        return begin(nextNumber(), ask);
    }

    /** The same under a number from {@link #nextNumber}. */
    public Begun begin(long own, Ask ask) {
        write(new Line.Begin(own, nanos.getAsLong(), ask));
        return new Begun(own, ask);
    }

    /** Writes down what an operation was told. */
    public void end(Begun operation, Answer answer) {
        write(new Line.End(operation.number(), nanos.getAsLong(), answer));
    }

    /** Writes down that an operation was not even sent. */
    public void notSent(Ask ask, String why) {
        end(begin(ask), new Answer.NotDone(why));
    }

    /**
     * Writes down the epoch of the jobs as it was seen just now.
     *
     * @param epoch another number whenever a job may have gone back; negative if nobody can tell
     */
    public void look(long epoch) {
        write(new Line.Looked(new History.Look(nanos.getAsLong(), epoch)));
    }

    private void write(Line line) {
        byte[] bytes = encode(line);
        synchronized (file) {
            if (failure != null) {
                throw new UncheckedIOException("The journal has failed before.", failure);
            }
            try {
                file.write(bytes);
            } catch (IOException e) {
                failure = e;
                throw new UncheckedIOException("Cannot write the journal.", e);
            }
        }
    }

    private static byte[] encode(Line line) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            WRITER.writeValue(bytes, line);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /** Whether a line could not be written: the run proves nothing then. */
    public boolean failed() {
        synchronized (file) {
            return failure != null;
        }
    }

    /** Ends the journal; what ends later is written down no more, and throws. */
    @Override
    public void close() {
        synchronized (file) {
            try {
                file.close();
            } catch (IOException e) {
                failure = e;
                throw new UncheckedIOException("Cannot end the journal.", e);
            }
        }
    }
}
