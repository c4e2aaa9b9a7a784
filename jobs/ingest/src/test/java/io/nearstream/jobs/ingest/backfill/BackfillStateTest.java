package io.nearstream.jobs.ingest.backfill;

import static io.nearstream.jobs.ingest.backfill.BackfillReading.CREATED;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.NOW;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.ROWS;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.begun;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.ended;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.first;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.split;
import static io.nearstream.jobs.ingest.backfill.BackfillReading.splits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.wire.RawRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.apache.flink.connector.file.src.FileSourceSplit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a job is given, beside what its state has. */
class BackfillStateTest {
    @TempDir private Path dir;

    private BackfillReading files;

    @BeforeEach
    void inTheDirectory() {
        files = new BackfillReading(dir);
    }

    private String uid(Path file) throws Exception {
        return files.read(file, EarlierState.NOTHING).uid();
    }

    @Test
    void whatRetentionTookMustBeOlderThanTheFiles() throws Exception {
        Path file = files.rows("rows.bvecs");
        RetainedWrites some = () -> OptionalLong.of(CREATED + 5_000);
        assertThatThrownBy(() -> files.read(file, some, EarlierState.NOTHING))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(BackfillOptions.AS_OF.key())
                .hasMessageContaining(Instant.ofEpochMilli(CREATED).toString())
                .hasMessageContaining("those before " + Instant.ofEpochMilli(CREATED + 5_000))
                .hasMessageContaining(BackfillOptions.GOES_ON.key());
        assertThatThrownBy(
                        () ->
                                files.read(
                                        file,
                                        () -> OptionalLong.of(Long.MAX_VALUE),
                                        EarlierState.NOTHING))
                .hasMessageContaining("all of a partition");
        assertThat(files.read(file, () -> OptionalLong.of(CREATED), EarlierState.NOTHING).files())
                .hasSize(1);
        // A job that goes on has these writes.
        files.config.set(BackfillOptions.AS_OF, BackfillOptions.CREATION);
        assertThat(files.read(file, some, EarlierState.UNSEEN).files()).hasSize(1);
        files.asOf(CREATED + 5_000);
        Backfill later = files.read(file, some, EarlierState.NOTHING);
        RawRecord row = first(later.writes().createReader(files.config, split(later)));
        assertThat(row.timestamp()).isEqualTo(CREATED + 5_000);
    }

    @Test
    void filesThatHaveEndedMayBeGone() throws Exception {
        Path file = files.rows("rows.bvecs");
        String uid = uid(file);
        Files.delete(file);
        assertThat(files.read(file, ended(uid)).uid()).isEqualTo(uid);
        // Others of that name are not known to have ended.
        files.config.set(BackfillOptions.ID_PREFIX, "r");
        assertThatThrownBy(() -> files.read(file, ended(uid)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("the state does not know these files");
    }

    /** Flink makes an enumerator anew for a source that has ended, too. */
    @Test
    void theJobManagerLooksForNoFileAndWhoReadsItMissesIt() throws Exception {
        Path file = files.rows("rows.bvecs");
        Backfill backfill = files.read(file, EarlierState.NOTHING);
        FileSourceSplit split = split(backfill);
        Files.delete(file);
        assertThat(splits(backfill)).hasSize(1);
        assertThatThrownBy(() -> backfill.writes().createReader(files.config, split))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("it has not been read to its end");
        Backfill again = files.read(file, ended(backfill.uid()));
        assertThat(splits(again)).hasSize(1);
    }

    @Test
    void whoReadsAFileSeesThatItHasAnotherLength() throws Exception {
        Path file = files.rows("rows.bvecs");
        Backfill backfill = files.read(file, EarlierState.NOTHING);
        FileSourceSplit split = split(backfill);
        files.rows("rows.bvecs", ROWS + 1, 0);
        assertThatThrownBy(() -> backfill.writes().restoreReader(files.config, split))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "%s had 800 bytes when the job was submitted, and has 808 now. A file that is read must not change."
                                .formatted(file));
    }

    @Test
    void filesThatAreNeededAreNamedWhereTheyAreGone() throws Exception {
        Path file = files.rows("rows.bvecs");
        String uid = uid(file);
        Files.delete(file);
        assertThatThrownBy(() -> files.read(file, EarlierState.NOTHING))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("the job starts without state")
                .hasMessageContaining("'--backfill none'");
        assertThatThrownBy(() -> files.read(file, begun(uid)))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("the state has begun these files, and not ended them");
        assertThatThrownBy(() -> files.read(file, EarlierState.UNSEEN))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("what the state has read is not known here");
        assertThatThrownBy(() -> files.read(file, begun()))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("the state does not know these files");
    }

    @Test
    void filesThatAreAddedToStateMustBeYoungerThanWhatItForgot() throws Exception {
        Path others = files.rows("others.bvecs");
        String uid = uid(others);
        Path file = files.rows("rows.bvecs");
        files.config.set(NearstreamOptions.TOMBSTONE_HORIZON, Duration.ofMillis(NOW - CREATED - 2));
        files.asOf(CREATED + 1);
        assertThatThrownBy(() -> files.read(file, ended(uid)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "forgotten deletes before " + Instant.ofEpochMilli(CREATED + 2))
                .hasMessageContaining(NearstreamOptions.TOMBSTONE_HORIZON.key());
        // It has them in its state already, or starts without any.
        String own = files.read(file, EarlierState.NOTHING).uid();
        assertThat(files.read(file, begun(own)).uid()).isEqualTo(own);
        files.asOf(CREATED + 2);
        assertThat(files.read(file, ended(uid)).uid()).isNotIn(uid, own);
    }

    /** By the default they would lose to all that is there. */
    @Test
    void ofFilesThatAreAddedToStateTheTimeMustBeSaid() throws Exception {
        RetainedWrites some = () -> OptionalLong.of(CREATED + 5_000);
        Path file = files.rows("rows.bvecs");
        String own = uid(file);
        assertThat(files.read(file, some, begun(own)).uid()).isEqualTo(own);
        for (EarlierState state : new EarlierState[] {EarlierState.UNSEEN, begun()}) {
            files.config.removeConfig(BackfillOptions.AS_OF);
            assertThatThrownBy(() -> files.read(file, some, state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'nearstream.backfill.as-of' must be given")
                    .hasMessageContaining("'creation' (1970-01-01T00:16:40Z)");
            files.config.set(BackfillOptions.AS_OF, BackfillOptions.CREATION);
            assertThat(files.read(file, some, state).uid()).isEqualTo(own);
        }
    }

    /** Row n of one would be taken for row n of the other. */
    @Test
    void otherFilesOfOneTimeAreRefused() throws Exception {
        String first = files.asOf(CREATED + 1).read(files.rows("a.bvecs"), begun()).uid();
        Path second = files.rows("b.bvecs");
        for (EarlierState state : new EarlierState[] {begun(first), ended(first)}) {
            files.asOf(CREATED + 1);
            assertThatThrownBy(() -> files.read(second, state))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("is 1970-01-01T00:16:40.001Z, as it was for other files");
            assertThat(files.asOf(CREATED + 2).read(second, state).uid()).isNotEqualTo(first);
        }
    }

    @Test
    void aFileThatHasChangedIsAnother() throws Exception {
        Path file = files.rows("rows.bvecs", 100_000, 0);
        String before = uid(file);
        Files.setLastModifiedTime(file, FileTime.fromMillis(CREATED));
        assertThat(uid(file)).isEqualTo(before);
        files.rows("rows.bvecs", 100_001, 0);
        String longer = uid(file);
        files.rows("rows.bvecs", 100_000, 1);
        assertThat(uid(file)).isNotIn(before, longer);
        assertThat(longer).isNotEqualTo(before);
        // Where it had ended, it is read again, and its rows are not taken for the former ones.
        assertThatThrownBy(() -> files.read(file, ended(before)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be given")
                .hasMessageContaining("or not as they are now");
        files.config.set(BackfillOptions.AS_OF, BackfillOptions.CREATION);
        assertThatThrownBy(() -> files.read(file, ended(before)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("or for these before they changed");
        assertThat(files.asOf(CREATED + 1).read(file, ended(before)).uid()).isNotIn(before, longer);
    }

    @Test
    void otherRowsAreOfAnotherSource() throws Exception {
        Path file = files.rows("rows.bvecs");
        String uid = uid(file);
        assertThat(uid).startsWith(Backfill.SOURCE_UID + ".");
        assertThat(SourceUid.read(uid).orElseThrow().text()).isEqualTo(uid);
        assertThat(uid(file)).isEqualTo(uid);
        assertThat(uid(files.rows("others.bvecs"))).isNotEqualTo(uid);
        files.config.set(BackfillOptions.ID_PREFIX, "r");
        assertThat(uid(file)).isNotEqualTo(uid);
        assertThat(SourceUid.read(Backfill.SOURCE_UID)).isEmpty();
        assertThat(SourceUid.read(Backfill.SOURCE_UID + ".7.8.x.y")).isEmpty();
    }
}
