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
    public Imported run(Path file, Exporter.Listener listener) throws IOException {
        Outcomes outcomes = new Outcomes();
        try (KeyValueReader strong = client.keyValues().strong()) {
            long records = write(file, strong, outcomes, listener);
            if (outcomes.hasWritten()) {
                verify(file, strong, outcomes, listener);
            }
            listener.at(2 * records, 2 * records);
            return outcomes.imported(records);
        }
    }

    private static Batches<ExportedKey> batches(ExportReader<ExportedKey> reader) {
        return new Batches<>(reader, key -> key.getValue().remaining(), BATCH_KEYS, BATCH_BYTES);
    }

    private long write(
            Path file, KeyValueReader strong, Outcomes outcomes, Exporter.Listener listener)
            throws IOException {
        KeyValueWriter writer = client.keyValues().writer();
        try (ExportReader<ExportedKey> reader =
                ExportReader.open(file, ExportedKey.getClassSchema())) {
            long total = 2 * reader.header().records();
            Batches<ExportedKey> batches = batches(reader);
            List<List<ExportedKey>> window = batches.next(1);
            while (!window.isEmpty()) {
                List<ExportedKey> batch = window.get(0);
                List<CompletableFuture<KeyValueOutcome>> puts = new ArrayList<>();
                for (ExportedKey key : batch) {
                    puts.add(isOver(key, 0) ? null : writer.apply(put(key).ifAbsent()));
                }
                for (int i = 0; i < batch.size(); i++) {
                    end(batch.get(i), puts.get(i), strong, outcomes);
                }
                listener.at(reader.read(), total);
                window = batches.next(1);
            }
            return reader.read();
        }
    }

    private void end(
            ExportedKey key,
            @Nullable CompletableFuture<KeyValueOutcome> put,
            KeyValueReader strong,
            Outcomes outcomes) {
        if (put == null) {
            outcomes.expired();
        } else if (isApplied(put)) {
            outcomes.written();
        } else {
            settle(key, strong, outcomes);
        }
    }

    /** Of a key that had a value, or of which it is not known. */
    private void settle(ExportedKey key, KeyValueReader strong, Outcomes outcomes) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<KeyValue> there = await(strong.get(key.getKey()));
            if (there.isPresent() && isSame(key, there.get())) {
                outcomes.same();
                return;
            }
            if (isOver(key, 0)) {
                outcomes.expired();
                return;
            }
            if (there.isPresent() && !replace) {
                outcomes.kept();
                return;
            }
            KeyValueRequest put =
                    there.isPresent()
                            ? put(key).ifVersion(there.get().version())
                            : put(key).ifAbsent();
            if (isApplied(client.keyValues().writer().apply(put))) {
                outcomes.written();
                return;
            }
        }
        throw new NearstreamException(
                "Key '%s' could not be put in %d attempts: somebody else writes it, or its outcome stays unknown. Import again, it goes on where it was."
                        .formatted(key.getKey(), ATTEMPTS));
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

    private static boolean isSame(ExportedKey key, KeyValue there) {
        return key.getValue().equals(ByteBuffer.wrap(there.value()));
    }

    private void verify(
            Path file, KeyValueReader strong, Outcomes outcomes, Exporter.Listener listener)
            throws IOException {
        long expired = 0;
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
                    expired += verify(key, there.get(key.getKey()), outcomes);
                }
                listener.at(total + reader.read(), 2 * total);
                window = batches.next(1);
            }
        }
        outcomes.requireAgreement(file, expired);
    }

    /** Returns 1 for a key that has expired, else 0. */
    private int verify(ExportedKey key, @Nullable KeyValue there, Outcomes outcomes) {
        if (there == null && isOver(key, RecordImport.EXPIRY_SLACK_MS)) {
            outcomes.foundExpired();
            return 1;
        }
        if (there == null) {
            outcomes.missing(key.getKey());
        } else if (isSame(key, there)) {
            outcomes.found();
        } else {
            outcomes.other(key.getKey());
        }
        return 0;
    }
}
