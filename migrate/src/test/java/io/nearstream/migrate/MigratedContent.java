package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.KeyValue;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.KeyValueRequest;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.Answer;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** Random records and keys with everything that they can have, and what must be found of them. */
final class MigratedContent {
    static final int DIMENSIONS = 8;

    private static final int IDS = 700;
    private static final int KEYS = 400;
    private static final int SOME = 3;
    private static final Duration LONG = Duration.ofDays(3);
    private static final Duration SHORT = Duration.ofMillis(1);
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final float[] SPECIAL = {-0f, Float.MIN_VALUE, 1e-40f, 1e18f, 0.1f};

    private final SplittableRandom random;
    private final Map<String, VectorUpsert> records = new TreeMap<>();
    private final Map<String, KeyValueRequest> keys = new TreeMap<>();
    private final List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
    private long appended;

    MigratedContent(SplittableRandom random) {
        this.random = random;
    }

    long records() {
        return records.size();
    }

    long keys() {
        return keys.size();
    }

    Set<String> ids() {
        return Set.copyOf(records.keySet());
    }

    /** With what {@link #writeLater} does. */
    Set<String> idsLater() {
        Set<String> later = new TreeSet<>(records.keySet());
        later.remove(records.keySet().iterator().next());
        later.add("later");
        return later;
    }

    /** How many records expire some day. */
    long expiring() {
        return records.values().stream().filter(record -> record.ttl().isPresent()).count();
    }

    /** How many keys expire some day. */
    long expiringKeys() {
        return keys.values().stream().filter(put -> put.ttl().isPresent()).count();
    }

    /** Writes all of it, and waits until both jobs have applied it. */
    void write(NearstreamClient client, CollectionSettings settings) throws Exception {
        for (int i = 0; i < IDS + IDS / SOME; i++) {
            VectorUpsert record = record(settings, "id " + i % IDS);
            receipts.add(client.writer().upsert(record));
            records.put(record.id(), record);
        }
        for (String id : List.copyOf(records.keySet())) {
            if (random.nextInt(10) == 0) {
                receipts.add(client.writer().delete(settings.name(), id));
                records.remove(id);
            }
        }
        receipts.add(client.writer().upsert(record(settings, "over").withTtl(SHORT)));
        await(client);
        fetch(client, settings, List.copyOf(records.keySet()).subList(0, 1));
        for (int i = 0; i < KEYS; i++) {
            KeyValueRequest put = key("key " + i);
            apply(client, put);
            keys.put(put.key(), put);
        }
        for (int i = 0; i < KEYS; i += 7) {
            apply(client, KeyValueRequest.delete("key " + i));
            keys.remove("key " + i);
        }
        apply(client, KeyValueRequest.put("over", new byte[1]).ttl(SHORT));
    }

    private VectorUpsert record(CollectionSettings settings, String id) {
        ByteBuffer vector =
                ByteBuffer.allocate(DIMENSIONS * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        vector.putFloat(1 + random.nextInt(5));
        while (vector.hasRemaining()) {
            vector.putFloat(
                    random.nextInt(4) == 0
                            ? SPECIAL[random.nextInt(SPECIAL.length)]
                            : (float) random.nextGaussian());
        }
        byte[] payload = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? 100_000 : 100)];
        random.nextBytes(payload);
        return new VectorUpsert(
                settings,
                id,
                vector.array(),
                random.nextBoolean() ? List.of() : List.of("z", "a " + random.nextInt(5)),
                random.nextBoolean() ? Optional.of(payload) : Optional.empty(),
                random.nextInt(4) == 0 ? Optional.of(LONG) : Optional.empty(),
                OptionalLong.empty());
    }

    private KeyValueRequest key(String key) {
        byte[] value = new byte[random.nextInt(2_000)];
        if (random.nextBoolean()) {
            random.nextBytes(value); // the others compress well
        }
        KeyValueRequest put = KeyValueRequest.put(key, value).writerTime(random.nextLong(1L << 40));
        return random.nextInt(4) == 0 ? put.ttl(LONG) : put;
    }

    private static void apply(NearstreamClient client, KeyValueRequest request) throws Exception {
        assertThat(client.keyValues().writer().apply(request).get().applied()).isTrue();
    }

    private void await(NearstreamClient client) throws Exception {
        client.writer().flush();
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            appended = Math.max(appended, receipt.get().appendTime());
        }
        receipts.clear();
    }

    /** What came after the savepoint is not in it. */
    void writeLater(NearstreamClient client) throws Exception {
        VectorUpsert any = records.values().iterator().next();
        receipts.add(
                client.writer().upsert(VectorUpsert.of(any.collection(), "later", any.vector())));
        receipts.add(client.writer().delete(any.collection().name(), any.id()));
        await(client);
        apply(client, KeyValueRequest.put("later", new byte[3]));
    }

    /** Writes a part of the records into another collection; returns how many. */
    long writeSome(NearstreamClient client, CollectionSettings target) throws Exception {
        long some = 0;
        for (VectorUpsert record : records.values()) {
            if (random.nextInt(SOME) == 0) {
                receipts.add(client.writer().upsert(in(target, record)));
                some++;
            }
        }
        await(client);
        return some;
    }

    private static VectorUpsert in(CollectionSettings target, VectorUpsert record) {
        return new VectorUpsert(
                target,
                record.id(),
                record.vector(),
                record.labels(),
                record.payload(),
                record.ttl(),
                record.eventTime());
    }

    /** Gives one record another label. */
    void spoil(NearstreamClient client, CollectionSettings target) throws Exception {
        VectorUpsert first = records.values().iterator().next();
        receipts.add(
                client.writer().upsert(in(target, first).withLabels(List.of("somebody else's"))));
        await(client);
    }

    /** Gives a record that expires another label, and deletes one that does not. */
    void spoilExpiring(NearstreamClient client, CollectionSettings target) throws Exception {
        VectorUpsert some = first(records, record -> record.ttl().isPresent());
        receipts.add(
                client.writer().upsert(in(target, some).withLabels(List.of("somebody else's"))));
        String lasting = first(records, record -> record.ttl().isEmpty()).id();
        receipts.add(client.writer().delete(target.name(), lasting));
        await(client);
    }

    /** Puts another value to a key that expires, and deletes one that does not. */
    void spoilKeys(NearstreamClient client) throws Exception {
        String some = first(keys, key -> key.ttl().isPresent()).key();
        apply(client, KeyValueRequest.put(some, new byte[] {9, 9}));
        String lasting = first(keys, key -> key.ttl().isEmpty()).key();
        apply(client, KeyValueRequest.delete(lasting));
    }

    private static <T> T first(Map<String, T> all, Predicate<T> which) {
        return all.values().stream().filter(which).findFirst().orElseThrow();
    }

    /** Puts a part of the keys, and one more with another value; returns how many are right. */
    long writeSomeKeys(NearstreamClient client) throws Exception {
        String spoilt = keys.keySet().iterator().next();
        apply(client, KeyValueRequest.put(spoilt, new byte[] {1, 2, 3}));
        long some = 0;
        for (KeyValueRequest put : keys.values()) {
            if (!put.key().equals(spoilt) && random.nextInt(SOME) == 0) {
                apply(client, put);
                some++;
            }
        }
        return some;
    }

    /** Every record is there as it was written, bit for bit, and nothing else is. */
    void assertRecords(NearstreamClient client, CollectionSettings target) throws Exception {
        List<String> ids = new ArrayList<>(records.keySet());
        ids.addAll(List.of("over", "later"));
        for (int from = 0; from < ids.size(); from += 100) {
            List<String> some = ids.subList(from, Math.min(ids.size(), from + 100));
            List<Answer> answers = fetch(client, target, some);
            for (int i = 0; i < some.size(); i++) {
                VectorUpsert record = records.get(some.get(i));
                List<Hit> hits = answers.get(i).getHits();
                assertThat(hits).as(some.get(i)).hasSize(record == null ? 0 : 1);
                if (record != null) {
                    Hit hit = hits.get(0);
                    assertThat(hit.getVector()).isEqualTo(ByteBuffer.wrap(record.vector()));
                    assertThat(hit.getLabels()).isEqualTo(record.labels());
                    assertThat(Optional.ofNullable(hit.getPayload()))
                            .isEqualTo(record.payload().map(ByteBuffer::wrap));
                }
            }
        }
        byte[] query = records.values().iterator().next().vector();
        ProbeResult all =
                client.prober()
                        .ask(
                                ProbeRequest.nearest(target.name(), 1_000, List.of(query))
                                        .exhaustive()
                                        .strong()
                                        .deadline(DEADLINE));
        assertThat(all.getAnswers().get(0).getHits().stream().map(Hit::getId))
                .containsExactlyInAnyOrderElementsOf(records.keySet());
    }

    private List<Answer> fetch(
            NearstreamClient client, CollectionSettings target, List<String> ids) {
        ProbeResult result =
                client.prober()
                        .ask(
                                ProbeRequest.fetch(target.name(), ids)
                                        .withVectors()
                                        .withPayloads()
                                        .strong()
                                        .deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        return result.getAnswers();
    }

    /** Every key is there as it was put, to its expiry. */
    void assertKeys(NearstreamClient client) throws Exception {
        List<String> all = new ArrayList<>(keys.keySet());
        all.addAll(List.of("over", "later", "key 0"));
        try (KeyValueReader reader = client.keyValues().strong()) {
            Map<String, KeyValue> found = reader.getAll(all).get();
            assertThat(found.keySet()).containsExactlyInAnyOrderElementsOf(keys.keySet());
            long expiry = System.currentTimeMillis() + LONG.toMillis();
            found.forEach(
                    (key, value) -> {
                        KeyValueRequest put = keys.get(key);
                        assertThat(value.value()).isEqualTo(put.value());
                        assertThat(value.writerTime()).isEqualTo(put.writerTime().getAsLong());
                        assertThat(value.expiresAt().isPresent()).isEqualTo(put.ttl().isPresent());
                        long at = value.expiresAt().orElse(expiry);
                        assertThat(at).isBetween(expiry - DEADLINE.toMillis() * 5, expiry);
                    });
        }
    }
}
