package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.client.NearstreamClient;
import io.nearstream.client.ProbeRequest;
import io.nearstream.client.VectorUpsert;
import io.nearstream.client.WriteReceipt;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.embedded.testing.Keys;
import io.nearstream.embedded.testing.Kinds;
import io.nearstream.embedded.testing.RandomWrites;
import io.nearstream.schemas.Hit;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * What every released savepoint holds: the same records and keys, made from one seed, so that it is
 * known what must be found of them. Changes of this class apply to new releases only if old ones
 * hold them, too: it may not change.
 */
final class SavepointContent {
    private static final long SEED = 20_261_122;
    private static final int RECORDS = 120;
    private static final int TRAIN_AFTER = 100;
    private static final int DELETED_TO = 10;
    private static final int REPLACED_TO = 20;
    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final NearstreamClient client;
    private final Keys keys;
    private final Map<String, Map<String, byte[]>> live = new TreeMap<>();
    private final Map<String, CollectionSettings> collections = new TreeMap<>();
    private long asOf;

    private SavepointContent(NearstreamClient client) {
        this.client = client;
        this.keys = new Keys(client);
    }

    /** Cells with vectors, cells with codes, and buckets that were never learned, with payloads. */
    private static List<CollectionSettings> kinds() {
        CollectionSettings cells = RandomWrites.settings("cells", 8, TRAIN_AFTER);
        CollectionSettings coded =
                Kinds.all(TRAIN_AFTER).stream()
                        .filter(kind -> kind.name().startsWith(codes()))
                        .findFirst()
                        .orElseThrow()
                        .named("coded");
        return List.of(
                cells, coded, CollectionSettings.learned("flat", 0, 4, Metric.L2, Encoding.INT8));
    }

    private static String codes() {
        return CodeKind.INT8.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Writes it all, and waits until every bucket has been learned that will be. */
    static SavepointContent write(NearstreamClient client) throws Exception {
        SavepointContent content = new SavepointContent(client);
        for (CollectionSettings kind : kinds()) {
            content.write(client.collections().create(kind));
        }
        content.keys.put("k", 0, 30, "first").put("k", 0, 10, "second").delete("k", 10, 20);
        content.keys.awaitAppended();
        client.collections().awaitSettled("cells", 1, DEADLINE);
        client.collections().awaitSettled("coded", 1, DEADLINE);
        content.assertFound();
        return content;
    }

    /** What a cluster holds that was started from a savepoint with this content. */
    static SavepointContent expected(NearstreamClient client) {
        SavepointContent content = new SavepointContent(client);
        for (CollectionSettings kind : kinds()) {
            content.plan(client.collections().describe(kind.name()).settings(), content.random());
        }
        content.keys
                .expect("k", 0, 10, "second")
                .expectNone("k", 10, 20)
                .expect("k", 20, 30, "first");
        return content;
    }

    private SplittableRandom random() {
        return new SplittableRandom(SEED);
    }

    private record Plan(List<VectorUpsert> upserts, Map<String, byte[]> live) {}

    /** First all records, then another vector for some. */
    private Plan plan(CollectionSettings settings, SplittableRandom random) {
        collections.put(settings.name(), settings);
        List<VectorUpsert> upserts = new ArrayList<>();
        Map<String, byte[]> last = new HashMap<>();
        for (int i = 0; i < RECORDS + REPLACED_TO; i++) {
            String id = "v" + i % RECORDS;
            byte[] vector = Kinds.vector(settings, random);
            last.put(id, vector);
            upserts.add(
                    VectorUpsert.of(settings, id, vector)
                            .withLabels(List.of("label-" + i % 2))
                            .withPayload(payload(id)));
        }
        for (int i = 0; i < DELETED_TO; i++) {
            last.remove("v" + i);
        }
        live.put(settings.name(), last);
        return new Plan(upserts, last);
    }

    private static byte[] payload(String id) {
        return ("payload of " + id).getBytes(StandardCharsets.UTF_8);
    }

    private void write(CollectionSettings settings) throws Exception {
        List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
        for (VectorUpsert upsert : plan(settings, random()).upserts()) {
            receipts.add(client.writer().upsert(upsert));
        }
        for (int i = 0; i < DELETED_TO; i++) {
            receipts.add(client.writer().delete(settings.name(), "v" + i));
        }
        await(receipts);
    }

    private void await(List<CompletableFuture<WriteReceipt>> receipts) throws Exception {
        client.writer().flush();
        for (CompletableFuture<WriteReceipt> receipt : receipts) {
            asOf = Math.max(asOf, receipt.get().appendTime());
        }
    }

    /** Deletes, replaces and adds of everything. */
    void writeMore() throws Exception {
        for (CollectionSettings settings : collections.values()) {
            Map<String, byte[]> now = live.get(settings.name());
            SplittableRandom random = new SplittableRandom(SEED + 1);
            List<CompletableFuture<WriteReceipt>> receipts = new ArrayList<>();
            receipts.add(client.writer().delete(settings.name(), "v10"));
            now.remove("v10");
            for (String id : List.of("v0", "v11", "v50", "more")) {
                byte[] vector = Kinds.vector(settings, random);
                receipts.add(
                        client.writer()
                                .upsert(
                                        VectorUpsert.of(settings, id, vector)
                                                .withPayload(payload(id))));
                now.put(id, vector);
            }
            await(receipts);
        }
        keys.put("k", 0, 5, "third")
                .delete("k", 5, 10)
                .put("k", 15, 25, "third")
                .put("k", 30, 31, "new");
        keys.awaitAppended();
    }

    Keys keys() {
        return keys;
    }

    /** Every record is found, once, with its vector and payload; every key is read. */
    void assertFound() throws Exception {
        keys.assertRead(client.keyValues().strong());
        for (CollectionSettings settings : collections.values()) {
            Map<String, byte[]> there = live.get(settings.name());
            List<String> ids = new ArrayList<>();
            for (int i = 0; i < RECORDS; i++) {
                ids.add("v" + i);
            }
            ids.add("more");
            ProbeResult fetched =
                    ask(ProbeRequest.fetch(settings.name(), ids).withVectors().withPayloads());
            for (int i = 0; i < ids.size(); i++) {
                List<Hit> hits = fetched.getAnswers().get(i).getHits();
                assertThat(hits)
                        .as("%s of %s", ids.get(i), settings.name())
                        .hasSize(there.containsKey(ids.get(i)) ? 1 : 0);
                if (!hits.isEmpty()) {
                    assertThat(hits.get(0).getVector())
                            .isEqualTo(ByteBuffer.wrap(there.get(ids.get(i))));
                    assertThat(hits.get(0).getPayload())
                            .isEqualTo(ByteBuffer.wrap(payload(ids.get(i))));
                }
            }
            byte[] query = Kinds.vector(settings, new SplittableRandom(SEED + 2));
            ProbeResult all = ask(ProbeRequest.nearest(settings.name(), 1_000, List.of(query)));
            assertThat(all.getAnswers().get(0).getHits().stream().map(Hit::getId))
                    .as(settings.name())
                    .containsExactlyInAnyOrderElementsOf(there.keySet());
        }
    }

    private ProbeResult ask(ProbeRequest request) {
        ProbeResult result =
                client.prober().ask(request.exhaustive().atLeast(asOf).deadline(DEADLINE));
        assertThat(result.getStatus()).as(result.toString()).isEqualTo(ProbeStatus.COMPLETE);
        return result;
    }
}
