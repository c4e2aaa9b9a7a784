package io.nearstream.chaos.load;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Journal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Sends operations over a connection and writes down what becomes of them; a bounded number may be
 * on their way. Thread-safe. No operation is tried again: each is one attempt.
 */
final class Caller implements AutoCloseable {
    private static final int UNDERWAY_MAX = 10_000;

    /** How an operation is sent, and what its failure means. */
    record Call(
            Function<Connection.Opened, CompletableFuture<Answer>> send,
            Function<Throwable, Answer> failed) {
        /** A call of which nothing is known unless it is answered. */
        static Call of(Function<Connection.Opened, CompletableFuture<Answer>> send) {
            return new Call(send, failure -> new Answer.Unknown(words(failure)));
        }
    }

    private final Journal journal;
    private final Connection connection;
    private final Semaphore room = new Semaphore(UNDERWAY_MAX);
    private final LongAdder ended = new LongAdder();
    private final LongAdder good = new LongAdder();

    Caller(Journal journal, Connection connection) {
        this.journal = journal;
        this.connection = connection;
    }

    void awaitOpen(Duration limit) throws InterruptedException {
        connection.awaitOpen(limit);
    }

    Journal journal() {
        return journal;
    }

    /** Sends an operation; it is never sent where there is no client, or no room. */
    void call(long number, Ask ask, Call call, Consumer<Answer> onAnswer) {
        Connection.Opened opened = connection.now();
        Journal.Begun begun = journal.begin(number, ask);
        if (opened == null) {
            journal.end(begun, new Answer.NotDone("there is no client"));
            return;
        }
        if (!room.tryAcquire()) {
            journal.end(begun, new Answer.NotDone(UNDERWAY_MAX + " others are on their way"));
            return;
        }
        send(opened, call)
                .whenComplete(
                        (told, failure) -> {
                            Answer answer =
                                    failure == null ? told : call.failed().apply(cause(failure));
                            journal.end(begun, answer);
                            room.release();
                            ended.increment();
                            if (answer.served()) {
                                good.increment();
                                connection.good();
                            } else {
                                connection.bad();
                            }
                            onAnswer.accept(answer);
                        });
    }

    private static CompletableFuture<Answer> send(Connection.Opened opened, Call call) {
        try {
            return call.send().apply(opened);
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    /** In one short line. */
    static String words(Throwable failure) {
        String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return message.length() > 200 ? message.substring(0, 200) : message;
    }

    /** Whether everything has been answered, or given up, within a time. */
    boolean awaitQuiet(Duration patience) throws InterruptedException {
        boolean quiet = room.tryAcquire(UNDERWAY_MAX, patience.toMillis(), TimeUnit.MILLISECONDS);
        if (quiet) {
            room.release(UNDERWAY_MAX);
        }
        return quiet;
    }

    /** Operations that were answered or given up so far. */
    Served served() {
        return new Served(ended.sum(), good.sum());
    }

    int renewals() {
        return connection.renewals();
    }

    /** Ends the connection. */
    @Override
    public void close() {
        connection.close();
    }
}
