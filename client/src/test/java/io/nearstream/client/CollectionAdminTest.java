package io.nearstream.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.wire.AvroWire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CollectionAdminTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final LoopBroker topic = new LoopBroker(TopicNames.COLLECTIONS, 0);
    private final CollectionAdmin admin = newAdmin();

    @Test
    void createdCollectionHasAUidAndASeedAndIsListed() {
        CollectionSettings created = admin.create(words(3));

        assertThat(created.uid()).isNotZero();
        assertThat(created.seed()).isEqualTo(created.uid());
        assertThat(admin.list()).extracting(CollectionInfo::settings).containsExactly(created);
        assertThat(admin.describe("words").newest()).isEqualTo(GenerationInfo.FIRST);
        assertThat(topic.producer.history().get(0).key()).isEqualTo(key("words"));
    }

    @Test
    void sameSettingsAreTheSameCollectionAndOthersAreRefused() {
        CollectionSettings created = admin.create(words(3));

        assertThat(admin.create(words(3))).isEqualTo(created);
        assertThatThrownBy(() -> admin.create(words(4)))
                .isInstanceOf(NearstreamException.class)
                .hasMessageContaining(
                        "'words' exists with other settings (dimensions is 3, not 4)");
        assertThat(topic.producer.history()).hasSize(1);
    }

    @Test
    void droppedNameStartsAgainAsAnother() {
        CollectionSettings first = admin.create(words(3));
        chunk(first, 1, 11, 0, 1);
        admin.drop("words");

        assertThat(admin.list()).isEmpty();
        assertThat(admin.find("words")).get().extracting(CollectionInfo::dropped).isEqualTo(true);
        assertThatThrownBy(() -> admin.describe("words")).hasMessageContaining("none exists yet");

        CollectionSettings second = admin.create(words(4));
        assertThat(second.uid()).isNotEqualTo(first.uid());
        chunk(first, 2, 12, 0, 1);
        assertThat(admin.describe("words").newest()).isEqualTo(GenerationInfo.FIRST);
    }

    @Test
    void newestGenerationIsTheNewestCompleteOne() {
        CollectionSettings words = admin.create(words(3));
        chunk(words, 1, 11, 0, 2);
        assertThat(newest().number()).isZero();

        chunk(words, 1, 11, 0, 2);
        chunk(words, 1, 11, 1, 2);
        assertThat(newest()).isEqualTo(new GenerationInfo(1, 11, 2, 8));

        chunk(words, 2, 21, 0, 2);
        chunk(words, 2, 22, 0, 1);
        assertThat(newest().number()).as("the hash that began first is not complete").isEqualTo(1);

        chunk(words, 2, 21, 1, 2);
        assertThat(newest()).isEqualTo(new GenerationInfo(2, 21, 2, 8));
    }

    @Test
    void settledMeansEverySubtaskOfOneJob() {
        CollectionSettings words = admin.create(words(3));
        settled(words, "blue", 1, 0, 2);
        settled(words, "green", 1, 1, 2);
        assertThat(admin.describe("words").isSettled(1)).isFalse();
        assertThat(admin.describe("words").settled())
                .containsExactly(
                        new SettledInfo("blue", 1, 1, 2), new SettledInfo("green", 1, 1, 2));

        settled(words, "blue", 1, 1, 2);
        assertThat(admin.awaitSettled("words", 1, TIMEOUT).isSettled(1)).isTrue();
    }

    @Test
    void waitingForWhatDoesNotComeEndsWithAMessage() {
        admin.create(words(3));

        assertThatThrownBy(() -> admin.awaitSettled("words", 1, Duration.ofMillis(5)))
                .hasMessageContaining("has not settled at generation 1 within 5 ms");
    }

    @Test
    void aSecondClientSeesWhatTheFirstDid() {
        CollectionSettings created = admin.create(words(3));
        LoopBroker replay = new LoopBroker(TopicNames.COLLECTIONS, 0);
        CollectionAdmin other =
                new CollectionAdmin(
                        replay.producer,
                        new CollectionLog(replay.consumer),
                        TIMEOUT,
                        new Random(2));
        topic.producer.history().forEach(record -> replay.append(record.key(), record.value()));

        assertThat(other.describe("words").settings()).isEqualTo(created);
    }

    @Test
    void undecodableRecordsAndTombstonesAreSteppedOver() {
        topic.append(key("words"), new byte[] {1, 2, 3});
        topic.append(key("words"), null);

        assertThat(admin.list()).isEmpty();
    }

    private CollectionAdmin newAdmin() {
        return new CollectionAdmin(
                topic.producer, new CollectionLog(topic.consumer), TIMEOUT, new Random(1));
    }

    private GenerationInfo newest() {
        return admin.describe("words").newest();
    }

    private void chunk(CollectionSettings of, int generation, long hash, int chunk, int chunks) {
        append(
                new CodebookChunk(
                        of.name(),
                        of.uid(),
                        generation,
                        hash,
                        chunk,
                        chunks,
                        ByteBuffer.wrap(new byte[4])));
    }

    private void settled(CollectionSettings of, String job, int generation, int subtask, int all) {
        append(new Settled(job, of.name(), of.uid(), generation, subtask, all));
    }

    private void append(SpecificRecordBase record) {
        topic.append(key("any"), AvroWire.encode(record));
    }

    private static byte[] key(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static CollectionSettings words(int dimensions) {
        return CollectionSettings.learned("words", 0, dimensions, Metric.L2, Encoding.FLOAT32);
    }
}
