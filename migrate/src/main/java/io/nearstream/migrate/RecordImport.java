package io.nearstream.migrate;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.NearstreamException;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteTally;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.Hit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import javax.annotation.Nullable;

/**
 * Writes the records of an exported file into a collection, through Kafka. What is there already is
 * left as it is, so it may be killed and run again, and run twice. In the end every record is
 * fetched and compared with the file. Not thread-safe.
 *
 * @param client of the cluster
 * @param target settings of the collection
 * @param replace whether a record that is there with other content is replaced; else it is kept
 * @param clock what is left of a TTL is counted from it
 */
public record RecordImport(
        NearstreamClient client, CollectionSettings target, boolean replace, InstantSource clock) {
    static final String WRITE = "write";
    static final String CHECK = "check";
    private static final int BATCH_IDS = 256;

    /** Of ids, vectors and payloads: an answer that has them all fits a Kafka message. */
    private static final int BATCH_BYTES = 512 << 10;

    private static final int WINDOW = 16;

    /** The broker's clock decides when a record expires, and may be ahead of ours. */
    static final long EXPIRY_SLACK_MS = 5_000;

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final Duration ACKNOWLEDGEMENT_TIMEOUT = Duration.ofSeconds(60);

    /** Settings of the collection that a file is of, for one that is to be created. */
    public static CollectionSettings settings(Path file) throws IOException {
        return ExportReader.header(file)
                .collection()
                .orElseThrow(
                        () ->
                                new NearstreamException(
                                        "%s has keys: import it with --key-values."
                                                .formatted(file)));
    }

    /**
     * Imports a file.
     *
     * @throws NearstreamException if it is damaged or does not fit the collection, if a write
     *     fails, or if in the end not all is there; what was written stays
     */
    public Imported run(Path file, StepListener listener) throws IOException {
        Outcomes outcomes = new Outcomes();
        long records;
        long appended;
        try (ExportReader<ExportedRecord> reader = open(file)) {
            appended = write(reader, outcomes, listener);
            records = reader.read();
        }
        if (outcomes.hasWritten()) {
            verify(file, appended, outcomes, listener);
        }
        return outcomes.imported(records);
    }

    private ExportReader<ExportedRecord> open(Path file) throws IOException {
        ExportReader<ExportedRecord> reader =
                ExportReader.open(file, ExportedRecord.getClassSchema());
        CollectionSettings source = reader.header().collection().orElseThrow();
        if (source.encoding() != target.encoding() || source.dimensions() != target.dimensions()) {
            reader.close();
            throw new NearstreamException(
                    "%s has vectors of %d dimensions of %s, but collection '%s' has %d of %s. Create one that fits, or import with --create."
                            .formatted(
                                    file,
                                    source.dimensions(),
                                    source.encoding(),
                                    target.name(),
                                    target.dimensions(),
                                    target.encoding()));
        }
        return reader;
    }

    private static Batches<ExportedRecord> batches(ExportReader<ExportedRecord> reader) {
        return new Batches<>(reader, RecordImport::bytes, BATCH_IDS, BATCH_BYTES);
    }

    private static int bytes(ExportedRecord record) {
        int payload = record.getPayload() == null ? 0 : record.getPayload().remaining();
        return record.getId().length() + record.getVector().remaining() + payload;
    }

    private Fetches fetches() {
        return new Fetches(
                client.prober()::send,
                target.name(),
                PATIENCE,
                pause -> Thread.sleep(pause.toMillis()));
    }

    /** Returns the append time of the last write. */
    private long write(
            ExportReader<ExportedRecord> reader, Outcomes outcomes, StepListener listener) {
        listener.step(WRITE);
        WriteTally tally = new WriteTally();
        long total = reader.header().records();
        Batches<ExportedRecord> batches = batches(reader);
        List<List<ExportedRecord>> window = batches.next(WINDOW);
        while (!window.isEmpty()) {
            List<Map<String, Hit>> there = fetches().all(window, ProbeRequest::strong);
            for (int i = 0; i < window.size(); i++) {
                for (ExportedRecord record : window.get(i)) {
                    place(record, there.get(i).get(record.getId()), outcomes, tally);
                }
            }
            client.writer().flush();
            tally.await(ACKNOWLEDGEMENT_TIMEOUT);
            listener.at(reader.read(), total);
            window = batches.next(WINDOW);
        }
        return tally.await(ACKNOWLEDGEMENT_TIMEOUT);
    }

    private void place(
            ExportedRecord record, @Nullable Hit there, Outcomes outcomes, WriteTally tally) {
        Long expiresAt = record.getExpiresAt();
        long ttl = expiresAt == null ? Long.MAX_VALUE : expiresAt - clock.millis();
        if (there != null && isSame(record, there)) {
            outcomes.same();
        } else if (ttl <= 0) {
            outcomes.expired();
        } else if (there != null && !replace) {
            outcomes.kept();
        } else {
            Optional<Duration> left =
                    expiresAt == null ? Optional.empty() : Optional.of(Duration.ofMillis(ttl));
            tally.track(client.writer().upsert(upsert(record, left)));
            outcomes.written();
        }
    }

    private VectorUpsert upsert(ExportedRecord record, Optional<Duration> ttl) {
        try {
            return new VectorUpsert(
                    target,
                    record.getId(),
                    array(record.getVector()),
                    record.getLabels(),
                    Optional.ofNullable(record.getPayload()).map(RecordImport::array),
                    ttl,
                    OptionalLong.empty());
        } catch (IllegalArgumentException refused) {
            throw new NearstreamException(
                    "Record '%s' of the file cannot be written: %s"
                            .formatted(record.getId(), refused.getMessage()),
                    refused);
        }
    }

    static byte[] array(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static boolean isSame(ExportedRecord record, Hit hit) {
        return record.getVector().equals(hit.getVector())
                && record.getLabels().equals(hit.getLabels())
                && Objects.equals(record.getPayload(), hit.getPayload());
    }

    private void verify(Path file, long appended, Outcomes outcomes, StepListener listener)
            throws IOException {
        listener.step(CHECK);
        UnaryOperator<ProbeRequest> after = request -> request.atLeast(appended);
        try (ExportReader<ExportedRecord> reader = open(file)) {
            long total = reader.header().records();
            Batches<ExportedRecord> batches = batches(reader);
            List<List<ExportedRecord>> window = batches.next(WINDOW);
            while (!window.isEmpty()) {
                List<Map<String, Hit>> there = fetches().all(window, after);
                for (int i = 0; i < window.size(); i++) {
                    for (ExportedRecord record : window.get(i)) {
                        verify(record, there.get(i).get(record.getId()), clock.millis(), outcomes);
                    }
                }
                listener.at(reader.read(), total);
                window = batches.next(WINDOW);
            }
        }
        outcomes.requireAgreement(file);
    }

    static void verify(ExportedRecord record, @Nullable Hit there, long now, Outcomes outcomes) {
        Long expiresAt = record.getExpiresAt();
        if (there != null && isSame(record, there)) {
            outcomes.found();
        } else if (expiresAt != null && expiresAt <= now + EXPIRY_SLACK_MS) {
            outcomes.foundExpired();
        } else if (there == null) {
            outcomes.missing(record.getId());
        } else {
            outcomes.other(record.getId());
        }
    }
}
