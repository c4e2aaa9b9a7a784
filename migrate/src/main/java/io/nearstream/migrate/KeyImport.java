package io.nearstream.migrate;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueOutcome;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.KeyValueWriter;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.schemas.ExportedKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.annotation.Nullable;

/**
 * Puts the keys of an exported file, through Kafka, each only if it has no value: the store
 * decides, whoever else writes. So it may be killed and run again, and run twice. In the end every
 * key is read through the log and compared with the file. Not thread-safe.
 *
 * @param client of the cluster
 * @param replace whether a value that is another one is replaced; else it is kept
 * @param clock what is left of a TTL is counted from it
 */
public record KeyImport(NearstreamClient client, boolean replace, InstantSource clock) {
    private static final int BATCH_KEYS = 1_000;
    private static final int BATCH_BYTES = 8 << 20;

    /** Of a key of which it is not known whether a put is in force, or that others write, too. */
    private static final int ATTEMPTS = 5;

    /**
     * Imports a file.
     *
     * @throws NearstreamException if it is damaged, if a write fails, or if in the end not all is
     *     there; what was written stays
     */
    public Imported run(Path file, StepListener listener) throws IOException {
        Outcomes outcomes = new Outcomes();
        try (KeyValueReader strong = client.keyValues().strong()) {
            long records = write(file, strong, outcomes, listener);
            if (outcomes.hasWritten()) {
                verify(file, strong, outcomes, listener);
            }
            return outcomes.imported(records);
        }
    }

    private static Batches<ExportedKey> batches(ExportReader<ExportedKey> reader) {
        return new Batches<>(reader, key -> key.getValue().remaining(), BATCH_KEYS, BATCH_BYTES);
    }

    private long write(Path file, KeyValueReader strong, Outcomes outcomes, StepListener listener)
            throws IOException {
        listener.step(RecordImport.WRITE);
        KeyValueWriter writer = client.keyValues().writer();
        try (ExportReader<ExportedKey> reader =
                ExportReader.open(file, ExportedKey.getClassSchema())) {
            long total = reader.header().records();
            Batches<ExportedKey> batches = batches(reader);
            List<List<ExportedKey>> window = batches.next(1);
            while (!window.isEmpty()) {
                List<ExportedKey> batch = window.get(0);
                Map<ExportedKey, CompletableFuture<KeyValueOutcome>> puts = new IdentityHashMap<>();
                for (ExportedKey key : batch) {
                    if (isOver(key, 0)) {
                        outcomes.expired();
                    } else {
                        puts.put(key, writer.apply(put(key).ifAbsent()));
                    }
                }
                List<ExportedKey> put = batch.stream().filter(puts::containsKey).toList();
                settle(unapplied(put, puts, outcomes), strong, outcomes);
                listener.at(reader.read(), total);
                window = batches.next(1);
            }
            return reader.read();
        }
    }

    /**
     * Settles keys that had a value, or of which it is not known; all of them in flight together.
     */
    private void settle(List<ExportedKey> keys, KeyValueReader strong, Outcomes outcomes) {
        List<ExportedKey> open = keys;
        for (int attempt = 0; attempt < ATTEMPTS && !open.isEmpty(); attempt++) {
            Map<String, KeyValue> there =
                    await(strong.getAll(open.stream().map(ExportedKey::getKey).toList()));
            Map<ExportedKey, CompletableFuture<KeyValueOutcome>> puts = new IdentityHashMap<>();
            for (ExportedKey key : open) {
                again(key, there.get(key.getKey()), outcomes)
                        .ifPresent(put -> puts.put(key, client.keyValues().writer().apply(put)));
            }
            open = unapplied(open.stream().filter(puts::containsKey).toList(), puts, outcomes);
        }
        if (!open.isEmpty()) {
            throw new NearstreamException(
                    "Key '%s' could not be put in %d attempts: somebody else writes it, or its outcome stays unknown. Import again, it goes on where it was."
                            .formatted(open.get(0).getKey(), ATTEMPTS));
        }
    }

    /** What is to be put, or nothing where the outcome is known from what is there. */
    private Optional<KeyValueRequest> again(
            ExportedKey key, @Nullable KeyValue there, Outcomes outcomes) {
        if (there != null && isSame(key, there)) {
            outcomes.same();
        } else if (isOver(key, 0)) {
            outcomes.expired();
        } else if (there != null && !replace) {
            outcomes.kept();
        } else {
            return Optional.of(
                    there == null ? put(key).ifAbsent() : put(key).ifVersion(there.version()));
        }
        return Optional.empty();
    }

    /** Counts the puts that are in force, and returns the keys of the others. */
    private static List<ExportedKey> unapplied(
            List<ExportedKey> keys,
            Map<ExportedKey, CompletableFuture<KeyValueOutcome>> puts,
            Outcomes outcomes) {
        List<ExportedKey> open = new ArrayList<>();
        for (ExportedKey key : keys) {
            if (isApplied(puts.get(key))) {
                outcomes.written();
            } else {
                open.add(key);
            }
        }
        return open;
    }

    /** Whether a put is in force; false also where that is unknown. */
    private static boolean isApplied(CompletableFuture<KeyValueOutcome> put) {
        try {
            return await(put).applied();
        } catch (NearstreamException failure) {
            if (failure.outcomeUnknown()) {
                return false;
            }
            throw failure;
        }
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NearstreamException known) {
                throw known;
            }
            throw new NearstreamException(failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NearstreamException("The import was interrupted.", interrupted);
        }
    }

    private KeyValueRequest put(ExportedKey key) {
        try {
            KeyValueRequest put =
                    KeyValueRequest.put(key.getKey(), RecordImport.array(key.getValue()))
                            .writerTime(key.getWriterTime());
            Long expiresAt = key.getExpiresAt();
            return expiresAt == null
                    ? put
                    : put.ttl(Duration.ofMillis(Math.max(1, expiresAt - clock.millis())));
        } catch (IllegalArgumentException refused) {
            throw new NearstreamException(
                    "Key '%s' of the file cannot be put: %s"
                            .formatted(key.getKey(), refused.getMessage()),
                    refused);
        }
    }

    private boolean isOver(ExportedKey key, long slackMs) {
        return key.getExpiresAt() != null && key.getExpiresAt() <= clock.millis() + slackMs;
    }

    /** The time of an expiry differs by the way through the broker, so only that there is one. */
    private static boolean isSame(ExportedKey key, KeyValue there) {
        return key.getValue().equals(ByteBuffer.wrap(there.value()))
                && (key.getExpiresAt() == null) == there.expiresAt().isEmpty();
    }

    private void verify(Path file, KeyValueReader strong, Outcomes outcomes, StepListener listener)
            throws IOException {
        listener.step(RecordImport.CHECK);
        try (ExportReader<ExportedKey> reader =
                ExportReader.open(file, ExportedKey.getClassSchema())) {
            long total = reader.header().records();
            Batches<ExportedKey> batches = batches(reader);
            List<List<ExportedKey>> window = batches.next(1);
            while (!window.isEmpty()) {
                List<ExportedKey> batch = window.get(0);
                Map<String, KeyValue> there =
                        await(strong.getAll(batch.stream().map(ExportedKey::getKey).toList()));
                for (ExportedKey key : batch) {
                    verify(key, there.get(key.getKey()), outcomes);
                }
                listener.at(reader.read(), total);
                window = batches.next(1);
            }
        }
        outcomes.requireAgreement(file);
    }

    void verify(ExportedKey key, @Nullable KeyValue there, Outcomes outcomes) {
        if (there != null && isSame(key, there)) {
            outcomes.found();
        } else if (isOver(key, RecordImport.EXPIRY_SLACK_MS)) {
            outcomes.foundExpired();
        } else if (there == null) {
            outcomes.missing(key.getKey());
        } else {
            outcomes.other(key.getKey());
        }
    }
}
