package io.nearstream.jobs.query.gauge;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.control.ControlRecords;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.state.CollectionSweep;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.query.bucket.BlockSerializer;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.wire.AvroWire;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Keeps a slice of each collection and holds sampled answers against it, keyed by collection. Input
 * 1: rows that may belong to a slice, whose watermark is query time. Input 2: sampled probes and
 * their answers. Output: for the collections topic, by how much routers are to correct the number
 * of buckets.
 *
 * <p>An answer waits until query time says that the slice has all that the answer may have. Answers
 * that wait are on the heap only: a failure loses some of a sample.
 */
public final class GaugeOperator extends AbstractStreamOperator<OutRecord>
        implements TwoInputStreamOperator<SliceRow, GaugeNote, OutRecord> {
    private static final long serialVersionUID = 1L;
    private static final String ANSWERS = "gauged-answers";
    private static final String ROWS = "slice-rows";

    private final CollectionDirectory.Provider directoryProvider;
    private final GaugeSettings settings;

    private transient CollectionDirectory directory;
    private transient MapState<String, byte[]> rows;
    private transient ValueState<GaugedAnswers> answers;
    private transient ListState<Long> presentState;
    private transient CollectionSweep<Long> sweep;
    private transient Map<Long, Gauged> collections;
    private transient WaitingNotes waiting;
    private transient GaugeMetrics metrics;
    private transient long queryTime;

    public GaugeOperator(CollectionDirectory.Provider directoryProvider, GaugeSettings settings) {
        this.directoryProvider = directoryProvider;
        this.settings = settings;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        presentState = CollectionSweep.present(context);
        queryTime = Long.MIN_VALUE;
    }

    @Override
    public void open() throws Exception {
        super.open();
        directory = directoryProvider.open();
        rows =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new MapStateDescriptor<>(
                                ROWS, StringSerializer.INSTANCE, BlockSerializer.INSTANCE));
        answers =
                getPartitionedState(
                        VoidNamespace.INSTANCE,
                        VoidNamespaceSerializer.INSTANCE,
                        new ValueStateDescriptor<>(ANSWERS, GaugedAnswersSerializer.INSTANCE));
        collections = new HashMap<>();
        metrics = new GaugeMetrics(getMetricGroup());
        waiting = new WaitingNotes(settings.clockBoundMs(), metrics::skip);
        sweep =
                new CollectionSweep<>(
                        directory,
                        presentState,
                        getKeyedStateBackend(),
                        ANSWERS,
                        uid -> uid,
                        this::remove);
        sweep.schedule(getProcessingTimeService(), settings.directoryPollMs());
    }

    /** Of a dropped collection nothing stays. */
    private void remove(Long uid) {
        setCurrentKey(uid);
        rows.clear();
        answers.clear();
        Gauged gone = collections.remove(uid);
        if (gone != null) {
            metrics.hide(gone);
        }
    }

    /** What is known of the collection that is the current key; it is then in the state. */
    private Gauged gauged(long uid) throws Exception {
        Gauged known = collections.get(uid);
        if (known == null) {
            GaugedAnswers stored = answers.value();
            if (stored == null) {
                stored = GaugedAnswers.NONE;
                answers.update(stored);
            }
            Slice slice =
                    new Slice(
                            rows,
                            stored.level(),
                            settings.sliceRecords(),
                            GaugeSettings.SLICE_BYTES_MAX);
            known = new Gauged(slice, stored);
            collections.put(uid, known);
        }
        return known;
    }

    @Override
    public void processElement1(StreamRecord<SliceRow> element) throws Exception {
        SliceRow row = element.getValue();
        if (sweep.admits(row.collectionUid())) {
            gauged(row.collectionUid()).slice().apply(row);
        }
    }

    @Override
    public void processElement2(StreamRecord<GaugeNote> element) throws Exception {
        waiting.add(element.getValue());
        observe();
    }

    @Override
    public void processWatermark1(Watermark mark) throws Exception {
        queryTime = Math.max(queryTime, mark.getTimestamp());
        observe();
    }

    private void observe() throws Exception {
        for (WaitingNotes.Pair pair : waiting.due(queryTime)) {
            long uid = pair.asked().collectionUid();
            Optional<CollectionState> collection = directory.byUid(uid);
            if (collection.isPresent() && sweep.admits(uid)) {
                setCurrentKey(uid);
                observe(pair, collection.get().settings());
            }
        }
    }

    private void observe(WaitingNotes.Pair pair, CollectionSettings collection) throws Exception {
        Gauged gauged = gauged(collection.uid());
        if (gauged.slice().records() == 0) {
            return; // no slice is kept, or there is nothing to miss
        }
        metrics.show(collection.name(), gauged);
        gauged.slice()
                .observe(pair.asked(), pair.answered(), VectorSpace.of(collection))
                .flatMap(observed -> gauged.add(observed, pair.asked()))
                .ifPresent(news -> output.collect(new StreamRecord<>(record(collection, news))));
    }

    private OutRecord record(CollectionSettings collection, Gauged.News news) {
        RecallGauged gauged =
                RecallGauged.newBuilder()
                        .setJob(settings.job())
                        .setCollection(collection.name())
                        .setCollectionUid(collection.uid())
                        .setGeneration(news.generation())
                        .setCorrection(news.correction())
                        .setRecall(news.estimate().recall())
                        .setLow(news.estimate().low())
                        .setHigh(news.estimate().high())
                        .setTarget(news.target())
                        .setProbes(news.estimate().probes())
                        .build();
        return OutRecord.of(
                TopicNames.COLLECTIONS, ControlRecords.key(gauged), AvroWire.encode(gauged));
    }

    /** Probes know no query time. */
    @Override
    public void processWatermark2(Watermark mark) {
        // Not query time.
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        for (Map.Entry<Long, Gauged> entry : collections.entrySet()) {
            setCurrentKey(entry.getKey());
            answers.update(entry.getValue().stored());
        }
        sweep.snapshot();
    }

    @Override
    public void close() throws Exception {
        if (sweep != null) {
            sweep.close();
        }
        if (directory != null) {
            directory.close();
        }
        super.close();
    }
}
