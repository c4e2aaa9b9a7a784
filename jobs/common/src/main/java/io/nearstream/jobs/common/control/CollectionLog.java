package io.nearstream.jobs.common.control;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.partition.Generation;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.schemas.wire.UndecodableException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the records of {@code nearstream.collections.v1} mean, in their order. Pure: knows no
 * consumer and no clock. Not thread-safe.
 *
 * <p>A generation is complete when all chunks of one hash are there; of several hashes, the one
 * whose first chunk has the lowest offset wins, so every reader takes the same one. Records and
 * codebooks that are broken count as never written.
 */
public final class CollectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(CollectionLog.class);
    private static final AvroWire WIRE =
            AvroWire.of(
                    CollectionDescriptor.getClassSchema(),
                    CodebookChunk.getClassSchema(),
                    Settled.getClassSchema(),
                    RecallGauged.getClassSchema());

    /** 2 GiB of codebook: more than the largest one that settings allow. */
    private static final int CHUNKS_MAX = 4_096;

    private final Map<Long, CollectionState> byUid = new LinkedHashMap<>();

    /** By name: what its owner was from an append time on; 0 for none. */
    private final Map<String, TreeMap<Long, Long>> history = new HashMap<>();

    private final Map<Long, TreeMap<Integer, Candidates>> generations = new HashMap<>();
    private final JobNews jobs = new JobNews();

    /** The codebooks published for one generation; those that are whole in that order. */
    private static final class Candidates {
        private final Map<Long, byte[][]> byHash = new HashMap<>();
        private final Set<Long> whole = new LinkedHashSet<>();
    }

    /**
     * Takes the next record of the topic. One that does not decode is logged and left out: other
     * collections are not harmed by it.
     *
     * @param value empty for Kafka's null
     */
    public void apply(long offset, long appendTime, Optional<byte[]> value) {
        if (value.isEmpty()) {
            return; // compaction's own: whatever it removes was replaced before
        }
        try {
            SpecificRecordBase record = WIRE.decode(value.get());
            if (record instanceof CollectionDescriptor descriptor) {
                describe(appendTime, descriptor);
            } else if (record instanceof CodebookChunk chunk) {
                collect(chunk);
            } else if (record instanceof Settled announcement) {
                if (!isDropped(announcement.getCollectionUid())) {
                    jobs.settled(offset, announcement);
                }
            } else if (record instanceof RecallGauged gauged) {
                if (!isDropped(gauged.getCollectionUid())) {
                    jobs.gauged(gauged);
                }
            }
        } catch (UndecodableException | IllegalArgumentException broken) {
            LOG.error(
                    "Offset {} of the collections topic is left out: {}",
                    offset,
                    broken.getMessage());
        }
    }

    private void describe(long appendTime, CollectionDescriptor descriptor) {
        CollectionSettings settings = ControlRecords.settings(descriptor);
        long uid = settings.uid();
        boolean dropped = descriptor.getDropped();
        TreeMap<Long, Long> owners =
                history.computeIfAbsent(settings.name(), name -> new TreeMap<>());
        Map.Entry<Long, Long> before = owners.lastEntry();
        if (before != null && before.getValue() != uid && before.getValue() != 0) {
            // Another incarnation takes the name over: the one before is gone.
            CollectionState gone = byUid.get(before.getValue());
            byUid.put(gone.uid(), new CollectionState(gone.settings(), true, gone.newest()));
            forget(gone);
        }
        owners.put(appendTime, dropped ? 0L : uid);
        CollectionState known = byUid.get(uid);
        boolean again = known != null && known.settings().equals(settings);
        Generation newest = again ? known.newest() : Generation.initial(settings);
        byUid.put(uid, new CollectionState(settings, dropped, newest));
        if (dropped) {
            forget(byUid.get(uid));
        }
        rebuild(uid);
    }

    /** Of a collection that is gone, what jobs have said and what was prepared for its cells. */
    private void forget(CollectionState gone) {
        jobs.forget(gone.uid());
        gone.newest().forgetDerived();
    }

    private boolean isDropped(long uid) {
        CollectionState known = byUid.get(uid);
        return known != null && known.dropped();
    }

    private void collect(CodebookChunk chunk) {
        within("generation", chunk.getGeneration(), 1, Integer.MAX_VALUE);
        within("chunks", chunk.getChunks(), 1, CHUNKS_MAX);
        within("chunk", chunk.getChunk(), 0, chunk.getChunks() - 1);
        CollectionState known = byUid.get(chunk.getCollectionUid());
        if (known != null && chunk.getGeneration() <= known.newest().number()) {
            return; // another codebook has won
        }
        Candidates candidates =
                generations
                        .computeIfAbsent(chunk.getCollectionUid(), uid -> new TreeMap<>())
                        .computeIfAbsent(chunk.getGeneration(), number -> new Candidates());
        byte[][] parts =
                candidates.byHash.computeIfAbsent(
                        chunk.getHash(), hash -> new byte[chunk.getChunks()][]);
        within("chunks of a codebook begun before", chunk.getChunks(), parts.length, parts.length);
        byte[] bytes = new byte[chunk.getBytes().remaining()];
        chunk.getBytes().duplicate().get(bytes);
        parts[chunk.getChunk()] = bytes;
        if (!Arrays.asList(parts).contains(null)) {
            candidates.whole.add(chunk.getHash());
        }
        rebuild(chunk.getCollectionUid());
    }

    private static void within(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "%s must be %d to %d, but was %d.".formatted(what, low, high, value));
        }
    }

    /** Takes up every generation that has become complete, in their order. */
    private void rebuild(long uid) {
        CollectionState state = byUid.get(uid);
        if (state == null) {
            return; // chunks before their descriptor: compaction moved it behind them
        }
        Generation newest = state.newest();
        TreeMap<Integer, Candidates> published = generations.getOrDefault(uid, new TreeMap<>());
        while (published.containsKey(newest.number() + 1)) {
            int number = newest.number() + 1;
            Optional<Generation> next = complete(state, number, published.get(number));
            if (next.isEmpty()) {
                break;
            }
            newest = next.get();
        }
        // A codebook says what there was before it: those before need not stay in memory.
        published.headMap(newest.number(), true).clear();
        byUid.put(uid, new CollectionState(state.settings(), state.dropped(), newest));
    }

    /**
     * The codebook that wins: the first that became whole. A job that failed while it wrote one may
     * have left a part of it, and writes another one after that. One that is whole and broken
     * counts as never written.
     */
    private static Optional<Generation> complete(
            CollectionState state, int number, Candidates candidates) {
        for (Iterator<Long> inOrder = candidates.whole.iterator(); inOrder.hasNext(); ) {
            long hash = inOrder.next();
            try {
                return Optional.of(read(state, number, hash, candidates.byHash.get(hash)));
            } catch (IllegalArgumentException broken) {
                LOG.error(
                        "A codebook of generation {} of {} is left out: {}",
                        number,
                        state.settings().name(),
                        broken.getMessage());
                inOrder.remove();
                candidates.byHash.remove(hash);
            }
        }
        return Optional.empty();
    }

    private static Generation read(CollectionState state, int number, long hash, byte[][] parts) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            whole.writeBytes(part);
        }
        Generation generation = Generation.fromBytes(state.settings(), whole.toByteArray());
        if (generation.number() != number || generation.hash() != hash) {
            throw new IllegalArgumentException(
                    "The codebook must be generation %d with hash %016x, but is %d with %016x."
                            .formatted(number, hash, generation.number(), generation.hash()));
        }
        generation.keepCodesOf(state.newest());
        return generation;
    }

    /** The collection of a name as the records stood at an append time. */
    public Optional<CollectionState> at(String name, long appendTime) {
        TreeMap<Long, Long> owners = history.get(name);
        Map.Entry<Long, Long> owner = owners == null ? null : owners.floorEntry(appendTime);
        return owner == null || owner.getValue() == 0
                ? Optional.empty()
                : Optional.of(byUid.get(owner.getValue()));
    }

    /** The collection of a name as the records stand now. */
    public Optional<CollectionState> now(String name) {
        return at(name, IndexChange.NEVER);
    }

    /** The incarnation with this uid. */
    public Optional<CollectionState> byUid(long uid) {
        return Optional.ofNullable(byUid.get(uid));
    }

    /** Every incarnation, dropped ones included. */
    public Collection<CollectionState> all() {
        return List.copyOf(byUid.values());
    }

    /** The newest factor on the calibrated number of buckets; 1 where none was written. */
    public double recallCorrection(long uid, String job, int generation) {
        return jobs.correction(uid, job, generation);
    }

    /**
     * The newest generation of which all subtasks of the job have announced, at this offset or
     * later, that they hold nothing of generations before it; 0 where there is none.
     */
    public int settledGeneration(long uid, String job, long sinceOffset) {
        return jobs.settledGeneration(uid, job, sinceOffset);
    }
}
