package io.nearstream.client;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the control topic has said of one incarnation of a collection, its codebooks without their
 * bytes. Not thread-safe.
 */
final class CollectionHistory {
    /** One candidate for a generation's codebook. */
    private static final class Codebook {
        private final BitSet chunks = new BitSet();
        private int of;
        private long bytes;

        boolean isComplete() {
            return of > 0 && chunks.cardinality() == of;
        }
    }

    private record Announced(String job, int generation, int of) {}

    private final CollectionSettings settings;
    private boolean dropped;

    /** By generation, then by hash in the order in which they began. */
    private final Map<Integer, LinkedHashMap<Long, Codebook>> generations = new HashMap<>();

    /** By job and generation: how many subtasks the job had when each subtask announced. */
    private final Map<Announced, BitSet> announced = new HashMap<>();

    /** By job: its newest estimate of recall. */
    private final Map<String, RecallInfo> recall = new TreeMap<>();

    CollectionHistory(CollectionSettings settings) {
        this.settings = settings;
    }

    CollectionSettings settings() {
        return settings;
    }

    void dropped(boolean value) {
        dropped = value;
    }

    void add(CodebookChunk chunk) {
        Codebook codebook =
                generations
                        .computeIfAbsent(chunk.getGeneration(), number -> new LinkedHashMap<>())
                        .computeIfAbsent(chunk.getHash(), hash -> new Codebook());
        if (chunk.getChunk() < 0 || codebook.chunks.get(chunk.getChunk())) {
            return; // Sent again after a failure.
        }
        codebook.chunks.set(chunk.getChunk());
        codebook.of = chunk.getChunks();
        codebook.bytes += chunk.getBytes().remaining();
    }

    void add(Settled settled) {
        if (settled.getSubtask() >= 0) {
            announced
                    .computeIfAbsent(
                            new Announced(
                                    settled.getJob(), settled.getGeneration(), settled.getOf()),
                            key -> new BitSet())
                    .set(settled.getSubtask());
        }
    }

    void add(RecallGauged gauged) {
        recall.put(
                gauged.getJob(),
                new RecallInfo(
                        gauged.getJob(),
                        gauged.getGeneration(),
                        gauged.getRecall(),
                        gauged.getLow(),
                        gauged.getHigh(),
                        gauged.getProbes(),
                        gauged.getCorrection()));
    }

    CollectionInfo info() {
        List<SettledInfo> settled = new ArrayList<>();
        announced.forEach(
                (key, subtasks) ->
                        settled.add(
                                new SettledInfo(
                                        key.job, key.generation, subtasks.cardinality(), key.of)));
        settled.sort(
                Comparator.comparing(SettledInfo::job)
                        .thenComparing(SettledInfo::generation)
                        .thenComparing(SettledInfo::of));
        return new CollectionInfo(
                settings, dropped, newest(), settled, List.copyOf(recall.values()));
    }

    /**
     * Of each generation the codebook that began first wins; generations count as far as they are
     * complete without a gap.
     */
    private GenerationInfo newest() {
        GenerationInfo newest = GenerationInfo.FIRST;
        var codebooks = generations.get(1);
        while (codebooks != null) {
            var first = codebooks.entrySet().iterator().next();
            Codebook codebook = first.getValue();
            if (!codebook.isComplete()) {
                break;
            }
            int number = newest.number() + 1;
            newest = new GenerationInfo(number, first.getKey(), codebook.of, codebook.bytes);
            codebooks = generations.get(number + 1);
        }
        return newest;
    }
}
