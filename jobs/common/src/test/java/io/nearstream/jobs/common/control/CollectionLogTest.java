package io.nearstream.jobs.common.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class CollectionLogTest {
    private static final CollectionSettings FIRST = places(1);
    private static final CollectionSettings SECOND = places(2);
    private static final Generation ONE = trained(1);
    private static final Generation OTHER = trained(2);

    private final CollectionLog log = new CollectionLog();
    private long offset;

    private static CollectionSettings places(long uid) {
        return CollectionSettings.learned("places", uid, 2, Metric.L2, Encoding.UINT8);
    }

    private static Generation trained(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<byte[]> sample = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            byte[] vector = new byte[2];
            random.nextBytes(vector);
            sample.add(vector);
        }
        return GenerationTrainer.train(FIRST, sample);
    }

    private void apply(long appendTime, SpecificRecordBase record) {
        log.apply(offset++, appendTime, Optional.of(AvroWire.encode(record)));
    }

    private void create(CollectionSettings settings, long appendTime) {
        apply(appendTime, ControlRecords.descriptor(settings, false));
    }

    private void drop(CollectionSettings settings, long appendTime) {
        apply(appendTime, ControlRecords.descriptor(settings, true));
    }

    /** A codebook cut into so many chunks. */
    private static List<CodebookChunk> chunks(Generation generation, int count) {
        byte[] bytes = generation.toBytes();
        List<CodebookChunk> chunks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int from = bytes.length * i / count;
            int to = bytes.length * (i + 1) / count;
            chunks.add(
                    CodebookChunk.newBuilder(ControlRecords.chunks(FIRST, generation).get(0))
                            .setChunk(i)
                            .setChunks(count)
                            .setBytes(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, to)))
                            .build());
        }
        return chunks;
    }

    private Generation newest() {
        return log.byUid(FIRST.uid()).orElseThrow().newest();
    }

    private Optional<Long> owner(long appendTime) {
        return log.at("places", appendTime).map(CollectionState::uid);
    }

    @Test
    void collectionIsKnownFromItsCreationToItsDrop() {
        create(FIRST, 10);
        drop(FIRST, 20);
        assertThat(owner(9)).isEmpty();
        assertThat(owner(10)).contains(1L);
        assertThat(owner(19)).contains(1L);
        assertThat(owner(20)).isEmpty();
        assertThat(log.now("places")).isEmpty();
        assertThat(log.byUid(1).orElseThrow().dropped()).isTrue();
        assertThat(log.at("another", 15)).isEmpty();
    }

    @Test
    void nameCreatedAgainIsAnotherCollection() {
        create(FIRST, 10);
        drop(FIRST, 20);
        create(SECOND, 30);
        assertThat(owner(15)).contains(1L);
        assertThat(owner(25)).isEmpty();
        assertThat(owner(30)).contains(2L);
        assertThat(log.all()).extracting(CollectionState::uid).containsExactly(1L, 2L);
    }

    @Test
    void whatWasPreparedForACollectionGoesWithIt() {
        create(FIRST, 10);
        Object prepared = newest().derived(Object.class, Object::new);
        assertThat(newest().derived(Object.class, Object::new)).isSameAs(prepared);
        create(SECOND, 30); // takes the name over
        Generation second = log.byUid(SECOND.uid()).orElseThrow().newest();
        Object ofSecond = second.derived(Object.class, Object::new);
        assertThat(newest().derived(Object.class, Object::new)).isNotSameAs(prepared);
        drop(SECOND, 40);
        assertThat(second.derived(Object.class, Object::new)).isNotSameAs(ofSecond);
    }

    /** Compaction may have removed the drop in between. */
    @Test
    void incarnationThatTakesTheNameOverDropsTheOneBefore() {
        create(FIRST, 10);
        create(SECOND, 30);
        assertThat(log.byUid(1).orElseThrow().dropped()).isTrue();
        assertThat(log.byUid(2).orElseThrow().dropped()).isFalse();
        assertThat(owner(29)).contains(1L);
        assertThat(owner(30)).contains(2L);
    }

    @Test
    void chunksMayComeInAnyOrderAndBeforeTheirDescriptor() {
        Property.holds(
                30,
                random -> {
                    CollectionLogTest test = new CollectionLogTest();
                    List<SpecificRecordBase> records =
                            new ArrayList<>(chunks(ONE, 1 + random.nextInt(5)));
                    records.add(ControlRecords.descriptor(FIRST, false));
                    Collections.shuffle(records, new Random(random.nextLong()));
                    for (int i = 0; i < records.size(); i++) {
                        assertThat(test.log.byUid(1).map(s -> s.newest().number()).orElse(0))
                                .isZero();
                        test.apply(10, records.get(i));
                    }
                    assertThat(test.newest().hash()).isEqualTo(ONE.hash());
                });
    }

    @Test
    void codebookThatIsWholeFirstWinsWhenever() {
        create(FIRST, 10);
        List<CodebookChunk> left = chunks(OTHER, 2);
        apply(11, left.get(1)); // and then its writer failed
        List<CodebookChunk> whole = chunks(ONE, 2);
        apply(12, whole.get(0));
        assertThat(newest().number()).isZero();
        apply(12, whole.get(1));
        assertThat(newest().hash()).isEqualTo(ONE.hash()).isNotEqualTo(OTHER.hash());
        apply(13, left.get(0));
        whole.forEach(chunk -> apply(14, chunk));
        assertThat(newest().hash()).isEqualTo(ONE.hash());
    }

    /** Compaction may have moved the descriptor behind them. */
    @Test
    void codebookThatIsWholeFirstWinsAlsoWhereTheDescriptorComesLater() {
        List<CodebookChunk> left = chunks(OTHER, 2);
        apply(11, left.get(1));
        chunks(ONE, 2).forEach(chunk -> apply(12, chunk));
        apply(13, left.get(0));
        create(FIRST, 14);
        assertThat(newest().hash()).isEqualTo(ONE.hash());
    }

    @Test
    void brokenCodebookCountsAsNeverWritten() {
        create(FIRST, 10);
        CodebookChunk whole = chunks(ONE, 1).get(0);
        byte[] bytes = ONE.toBytes();
        bytes[bytes.length / 2] ^= 1;
        apply(11, CodebookChunk.newBuilder(whole).setBytes(ByteBuffer.wrap(bytes)).build());
        assertThat(newest().number()).isZero();
        apply(12, CodebookChunk.newBuilder(whole).setHash(7L).build());
        assertThat(newest().number()).as("under a hash that is not its own").isZero();
        apply(13, chunks(OTHER, 1).get(0));
        assertThat(newest().hash()).isEqualTo(OTHER.hash());
        create(FIRST, 14);
        assertThat(newest().hash()).as("told again").isEqualTo(OTHER.hash());
    }

    @Test
    void absurdChunksAreLeftOut() {
        create(FIRST, 10);
        CodebookChunk whole = chunks(ONE, 1).get(0);
        apply(11, CodebookChunk.newBuilder(whole).setChunks(-1).build());
        apply(11, CodebookChunk.newBuilder(whole).setChunks(0).build());
        apply(11, CodebookChunk.newBuilder(whole).setChunks(Integer.MAX_VALUE).build());
        apply(11, CodebookChunk.newBuilder(whole).setChunk(1).build());
        apply(11, CodebookChunk.newBuilder(whole).setChunk(-1).build());
        apply(11, CodebookChunk.newBuilder(whole).setGeneration(0).build());
        assertThat(newest().number()).isZero();
        apply(12, whole);
        assertThat(newest().hash()).isEqualTo(ONE.hash());
    }

    @Test
    void generationIsNotTakenUpBeforeTheOneBeforeIt() {
        create(FIRST, 10);
        apply(11, CodebookChunk.newBuilder(chunks(ONE, 1).get(0)).setGeneration(2).build());
        assertThat(newest().number()).isZero();
        apply(12, chunks(ONE, 1).get(0));
        assertThat(newest().number()).isEqualTo(1);
    }

    @Test
    void recordsThatDoNotDecodeHarmNoOthers() {
        create(FIRST, 10);
        Property.holds(
                20,
                random -> {
                    byte[] noise = new byte[random.nextInt(100)];
                    random.nextBytes(noise);
                    log.apply(offset++, 11, Optional.of(noise));
                });
        log.apply(offset++, 11, Optional.empty());
        apply(
                12,
                io.nearstream.schemas.CollectionDescriptor.newBuilder(
                                ControlRecords.descriptor(SECOND, false))
                        .setDimensions(-1)
                        .build());
        assertThat(log.all()).extracting(CollectionState::uid).containsExactly(1L);
        assertThat(owner(12)).contains(1L);
    }
}
