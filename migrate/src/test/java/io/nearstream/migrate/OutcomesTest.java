package io.nearstream.migrate;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nearstream.schemas.ExportedRecord;
import io.nearstream.schemas.Hit;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import javax.annotation.Nullable;
import org.junit.jupiter.api.Test;

class OutcomesTest {
    private static final Path FILE = Path.of("f.avro");
    private static final long NOW = 1_795_000_000_000L;

    private final Outcomes outcomes = new Outcomes();

    private static ExportedRecord record(String id, @Nullable Long expiresAt) {
        return new ExportedRecord(
                id, null, ByteBuffer.wrap(new byte[4]), List.of("a"), null, expiresAt);
    }

    private static Hit hit(ExportedRecord record, String label) {
        Hit hit = new Hit();
        hit.setId(record.getId());
        hit.setVector(record.getVector());
        hit.setLabels(List.of(label));
        return hit;
    }

    private void verify(ExportedRecord record, @Nullable Hit there) {
        RecordImport.verify(record, there, NOW, outcomes);
    }

    @Test
    void whateverIsThereInThePlaceOfWhatHasExpiredIsNoneOfTheImports() {
        ExportedRecord over = record("over", NOW - 1);
        ExportedRecord gone = record("gone", NOW - 1);
        ExportedRecord left = record("left", NOW - 1);
        outcomes.expired();
        outcomes.expired();
        outcomes.written();
        verify(over, hit(over, "another"));
        verify(gone, null);
        verify(left, hit(left, "a"));
        assertThatCode(() -> outcomes.requireAgreement(FILE)).doesNotThrowAnyException();
    }

    @Test
    void whatWasKeptMayExpireOrBecomeWhatItIsInTheFile() {
        ExportedRecord kept = record("kept", NOW - 1);
        ExportedRecord same = record("same", null);
        ExportedRecord other = record("other", null);
        outcomes.kept();
        outcomes.kept();
        outcomes.kept();
        verify(kept, hit(kept, "another"));
        verify(same, hit(same, "a"));
        verify(other, hit(other, "another"));
        assertThatCode(() -> outcomes.requireAgreement(FILE)).doesNotThrowAnyException();
    }

    @Test
    void whatLivesMustBeThere() {
        outcomes.written();
        verify(record("a", NOW + RecordImport.EXPIRY_SLACK_MS + 1), null);
        assertThatThrownBy(() -> outcomes.requireAgreement(FILE))
                .hasMessageContaining("The counts do not agree: of f.avro, 1 records were written")
                .hasMessageContaining("For one, 'a' is not there.");
    }

    @Test
    void moreWithOtherContentThanWereKeptIsAnError() {
        ExportedRecord record = record("b", null);
        outcomes.written();
        verify(record, hit(record, "another"));
        assertThatThrownBy(() -> outcomes.requireAgreement(FILE))
                .hasMessageContaining("0 are found as they stand in it, 1 with other content")
                .hasMessageContaining("For one, 'b' has other content.");
    }
}
