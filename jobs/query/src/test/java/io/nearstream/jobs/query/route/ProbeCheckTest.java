package io.nearstream.jobs.query.route;

import static io.nearstream.jobs.query.route.ProbeChecks.VECTOR;
import static io.nearstream.jobs.query.route.ProbeChecks.accepted;
import static io.nearstream.jobs.query.route.ProbeChecks.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.Reason;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Probe;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a probe names and brings: bad ones are refused, naming the field, the limit, the value. */
class ProbeCheckTest {
    @Test
    void idMustHaveOneTo512Bytes() throws Exception {
        refused(
                probe -> probe.setId(""),
                Reason.BAD_ID,
                "the probe's id must be 1 to 512 bytes of UTF-8, but has 0.");
        refused(
                probe -> probe.setId("\u00e9".repeat(257)),
                Reason.BAD_ID,
                "the probe's id must be 1 to 512 bytes of UTF-8, but has 514.");
        assertThat(accepted(probe -> probe.setId("\u00e9".repeat(256))).id()).hasSize(256);
    }

    @Test
    void resultPartitionMustExist() throws Exception {
        refused(
                probe -> probe.setResultPartition(4),
                Reason.BAD_PARTITION,
                "resultPartition must be 0 to 3, but was 4.");
        refused(
                probe -> probe.setResultPartition(-1),
                Reason.BAD_PARTITION,
                "resultPartition must be 0 to 3, but was -1.");
        assertThat(accepted(probe -> probe.setResultPartition(3)).resultPartition()).isEqualTo(3);
        assertThat(accepted(probe -> {}).resultPartition()).isEqualTo(-1);
    }

    @Test
    void collectionNameIsChecked() {
        refused(
                probe -> probe.setCollection("Places!"),
                Reason.BAD_COLLECTION_NAME,
                "collection must be 1 to 128 characters of [a-z0-9._-], but was 'Places!'.");
        refused(
                probe -> probe.setCollection("x".repeat(129)),
                Reason.BAD_COLLECTION_NAME,
                "collection must be 1 to 128 characters of [a-z0-9._-], but was '"
                        + "x".repeat(80)
                        + "...' (129 characters).");
    }

    @Test
    void batchHasVectorsOrIdsWithinTheLimits() throws Exception {
        refused(
                probe -> probe.setVectors(List.of()),
                Reason.BAD_BATCH,
                "a probe has either vectors or ids, but this one has 0 vectors and 0 ids.");
        refused(
                probe -> probe.setIds(List.of("a")),
                Reason.BAD_BATCH,
                "a probe has either vectors or ids, but this one has 1 vectors and 1 ids.");
        refused(
                probe -> probe.setVectors(Collections.nCopies(257, ByteBuffer.wrap(VECTOR))),
                Reason.BAD_BATCH,
                "a probe has at most 256 vectors or ids, but this one has 257.");
        refused(
                probe -> probe.setVectors(List.of()).setIds(Collections.nCopies(257, "a")),
                Reason.BAD_BATCH,
                "a probe has at most 256 vectors or ids, but this one has 257.");
        refused(
                probe -> probe.setVectors(List.of(ByteBuffer.allocate((2 << 20) + 1))),
                Reason.BAD_BATCH,
                "a probe's vectors have at most 2097152 bytes, but these have 2097153.");
        List<ByteBuffer> most = Collections.nCopies(256, ByteBuffer.wrap(VECTOR));
        assertThat(accepted(probe -> probe.setVectors(most)).vectors()).hasSize(256);
    }

    @Test
    void fetchedIdsAreChecked() throws Exception {
        refused(
                probe -> probe.setVectors(List.of()).setIds(List.of("a", "")),
                Reason.BAD_ID,
                "id must be 1 to 512 bytes of UTF-8, but has 0.");
        refused(
                probe -> probe.setVectors(List.of()).setIds(List.of("x".repeat(513))),
                Reason.BAD_ID,
                "id must be 1 to 512 bytes of UTF-8, but has 513.");
        assertThat(accepted(probe -> probe.setVectors(List.of()).setIds(List.of("a"))).isFetch())
                .isTrue();
    }

    @Test
    void vectorsMustBelongToTheCollection() {
        refused(
                probe -> probe.setVectors(List.of(ByteBuffer.allocate(12))),
                Reason.WRONG_DIMENSION,
                "vector must have 16 bytes (4 dimensions of FLOAT32), but has 12.");
        refused(
                probe -> vector(probe, 1, Float.NaN, 1, 1),
                Reason.NOT_FINITE,
                "vector must hold finite numbers only, but value 1 of 0 to 3 is NaN.");
        refused(
                probe -> vector(probe, 1, 1, 1, Float.NEGATIVE_INFINITY),
                Reason.NOT_FINITE,
                "vector must hold finite numbers only, but value 3 of 0 to 3 is -Infinity.");
        refused(
                Samples.WORDS,
                probe -> vector(probe, 0, -0f, 0, 0),
                Reason.ZERO_VECTOR,
                "vector must have a length above 0 under cosine, but all 4 values are 0.");
    }

    private static void vector(Probe.Builder probe, float... values) {
        probe.setVectors(
                List.of(ByteBuffer.wrap(VECTOR), ByteBuffer.wrap(Vectors.fromFloats(values))));
    }

    @Test
    void filterLabelsAreChecked() {
        List<String> many = IntStream.range(0, 33).mapToObj(i -> "l" + i).toList();
        String tooMany = "labels must be at most 32, but are 33.";
        refused(probe -> probe.setAnyOf(many), Reason.BAD_LABELS, tooMany);
        refused(probe -> probe.setAllOf(many), Reason.BAD_LABELS, tooMany);
        refused(probe -> probe.setNoneOf(many), Reason.BAD_LABELS, tooMany);
        refused(
                probe -> probe.setNoneOf(List.of("x".repeat(65))),
                Reason.BAD_LABELS,
                "a label must be 1 to 64 bytes of UTF-8, but '%s' has 65."
                        .formatted("x".repeat(65)));
        refused(
                probe -> probe.setAllOf(List.of("")),
                Reason.BAD_LABELS,
                "a label must be 1 to 64 bytes of UTF-8, but '' has 0.");
    }
}
