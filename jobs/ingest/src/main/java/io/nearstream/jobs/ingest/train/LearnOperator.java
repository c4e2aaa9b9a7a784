package io.nearstream.jobs.ingest.train;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Learns generation 1 of a collection (for seeded families: how many buckets to probe) from the
 * first vectors of its stream, and further ones of learned buckets from a slice of its live
 * records, see {@link CodebookLife}. Input 1: sample vectors, input 2: changes of records of the
 * slice, both keyed by the collection's uid. Output: the generation in chunks, for the collections
 * topic; jobs take it up when they read it there.
 *
 * <p>The sample lies in state until the generation has been read back. After a failure the training
 * starts again from the same sample and comes to the same bytes. Training runs on a thread of its
 * own, one collection at a time; the task's thread only looks from time to time whether it is done.
 */
public final class LearnOperator extends AbstractStreamOperator<OutRecord>
        implements TwoInputStreamOperator<SampleVector, SliceChange, OutRecord> {
    static final ValueStateDescriptor<SampleSize> SIZE =
            new ValueStateDescriptor<>("sample-size", SampleSizeSerializer.INSTANCE);
    static final MapStateDescriptor<Integer, byte[]> SAMPLE =
            new MapStateDescriptor<>(
                    "sample", IntSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

    private static final long serialVersionUID = 1L;

    /** A bucket with a larger share of the sample makes every probe a scan, nearly. */
    private static final double SHARE_MAX = 0.5;

    private final CollectionDirectory.Provider directories;
    private final LifeSettings lifeSettings;
    private final long pollMs;

    private transient CollectionDirectory directory;
    private transient ValueState<SampleSize> size;
    private transient MapState<Integer, byte[]> sample;
    private transient Trainer trainer;
    private transient CodebookLife life;
    private transient WholeSlices whole;
    private transient Set<Long> sampled;
    private transient Deque<Long> complete;
    private transient long revision;
    private transient Counter sampleVectors;
    private transient Counter trainings;
    private transient Counter failures;
    private transient Counter lopsided;

    /** Looks for outcomes and for news of collections every so many milliseconds, at least 1. */
    public LearnOperator(
            CollectionDirectory.Provider directories, LifeSettings lifeSettings, long pollMs) {
        this.directories = directories;
        this.lifeSettings = lifeSettings;
        this.pollMs = pollMs;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        whole = new WholeSlices(context);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        whole.snapshot(directory);
    }

    @Override
    public void open() throws Exception {
        super.open();
        size = getKeyedStateStore().getState(SIZE);
        sample = getKeyedStateStore().getMapState(SAMPLE);
        sampleVectors = getMetricGroup().counter("sampleVectorsIn");
        trainings = getMetricGroup().counter("trainings");
        failures = getMetricGroup().counter("trainingsFailed");
        lopsided = getMetricGroup().counter("trainingsLopsided");
        trainer = new Trainer(getUserCodeClassloader());
        sampled = keys(SIZE.getName());
        complete = new ArrayDeque<>();
        directory = directories.open();
        revision = -1;
        whole.open(directory, sampled);
        life =
                new CodebookLife(
                        directory,
                        whole,
                        new Slices(getKeyedStateStore(), () -> (Long) getCurrentKey()),
                        this::setCurrentKey,
                        lifeSettings,
                        new LifeMetrics(getMetricGroup()));
        life.restore(keys(Slices.INFO.getName()), now());
        forgetFinished();
        for (long uid : sampled) {
            setCurrentKey(uid);
            if (size.value().seen() >= settings(uid).trainAfter()) {
                complete.add(uid);
            }
        }
        getMetricGroup().gauge("samples", () -> sampled.size());
        getMetricGroup().gauge("slicesNotWhole", () -> whole.missing());
        pollLater();
    }

    private Set<Long> keys(String state) {
        try (Stream<Long> uids =
                this.<Long>getKeyedStateBackend().getKeys(state, VoidNamespace.INSTANCE)) {
            return uids.collect(Collectors.toCollection(HashSet::new));
        }
    }

    @Override
    public void close() throws Exception {
        if (trainer != null) {
            trainer.close();
        }
        if (directory != null) {
            directory.close();
        }
        super.close();
    }

    private long now() {
        return getProcessingTimeService().getCurrentProcessingTime();
    }

    @Override
    public void processElement2(StreamRecord<SliceChange> element) throws Exception {
        life.apply(element.getValue(), now());
    }

    @Override
    public void processElement1(StreamRecord<SampleVector> element) throws Exception {
        SampleVector vector = element.getValue();
        Optional<CollectionState> collection = directory.byUid(vector.collectionUid());
        if (isFinished(collection)) {
            return;
        }
        CollectionSettings settings = collection.get().settings();
        SampleSize before = Optional.ofNullable(size.value()).orElse(SampleSize.NONE);
        if (before.seen() >= settings.trainAfter()) {
            return;
        }
        sampleVectors.inc();
        boolean keep = before.seen() % SampleSize.stride(settings) == 0;
        if (keep) {
            sample.put(before.kept(), vector.vector());
        }
        SampleSize after = before.next(keep);
        size.update(after);
        sampled.add(settings.uid());
        if (after.seen() == settings.trainAfter()) {
            complete.add(settings.uid());
            trainNext();
        }
    }

    private void pollLater() {
        getProcessingTimeService()
                .registerTimer(
                        now() + pollMs,
                        time -> {
                            poll();
                            pollLater();
                        });
    }

    private void poll() throws Exception {
        Optional<Trainer.Outcome> outcome = trainer.poll();
        if (outcome.isPresent()) {
            take(outcome.get());
        }
        if (directory.revision() != revision) {
            forgetFinished();
        }
        life.placeSome(now());
        trainNext();
        if (!trainer.isBusy()) {
            life.start(trainer, now());
        }
    }

    private void take(Trainer.Outcome outcome) throws InterruptedException {
        CollectionSettings settings = outcome.settings();
        if (outcome.failure().isPresent()) {
            // The same sample would fail again: the collection stays searchable as it is.
            failures.inc();
            life.failed(settings.uid());
            LOG.error(
                    "Collection {} keeps its buckets as they are: training failed.",
                    settings.name(),
                    outcome.failure().get());
            return;
        }
        if (outcome.generation().isEmpty()) {
            life.failed(settings.uid());
            LOG.info("Collection {}: its fullest buckets cannot be split.", settings.name());
            return;
        }
        trainings.inc();
        Generation generation = outcome.generation().get();
        if (outcome.largestShare() > SHARE_MAX) {
            lopsided.inc();
            LOG.warn(
                    "Collection {}: one bucket holds {} % of the sample, so probes read most of the collection. Create it with other buckets: for p-stable ones the width should be a few times the distance at which neighbours are found.",
                    settings.name(), Math.round(100 * outcome.largestShare()));
        }
        Optional<CollectionState> known =
                directory.withGeneration(settings.uid(), generation.number());
        if (known.isEmpty()
                || known.get().dropped()
                || known.get().newest().number() >= generation.number()) {
            return;
        }
        LOG.info("Collection {}: publishing {}.", settings.name(), generation);
        for (CodebookChunk chunk : ControlRecords.chunks(settings, generation)) {
            output.collect(
                    new StreamRecord<>(
                            OutRecord.of(
                                    TopicNames.COLLECTIONS,
                                    ControlRecords.key(chunk),
                                    AvroWire.encode(chunk))));
        }
    }

    private void trainNext() throws Exception {
        if (trainer.isBusy() || complete.isEmpty()) {
            return;
        }
        long uid = complete.remove();
        Object keyBefore = getCurrentKey();
        setCurrentKey(uid);
        byte[][] vectors = new byte[size.value().kept()][];
        for (Map.Entry<Integer, byte[]> entry : sample.entries()) {
            vectors[entry.getKey()] = entry.getValue();
        }
        setCurrentKey(keyBefore);
        CollectionSettings settings = settings(uid);
        LOG.info(
                "Collection {}: training on {} of its first {} vectors.",
                settings.name(),
                vectors.length,
                settings.trainAfter());
        trainer.start(settings, Arrays.asList(vectors));
    }

    /** The samples of collections that need them no more go out of the state. */
    private void forgetFinished() throws Exception {
        revision = directory.revision();
        for (Iterator<Long> uids = sampled.iterator(); uids.hasNext(); ) {
            long uid = uids.next();
            if (isFinished(directory.byUid(uid))) {
                setCurrentKey(uid);
                size.clear();
                sample.clear();
                uids.remove();
                complete.remove(uid);
            }
        }
        life.refresh(now());
    }

    private CollectionSettings settings(long uid) throws InterruptedException {
        return directory.byUid(uid).orElseThrow().settings();
    }

    private static boolean isFinished(Optional<CollectionState> collection) {
        return collection.isEmpty() || collection.get().isTrained();
    }
}
