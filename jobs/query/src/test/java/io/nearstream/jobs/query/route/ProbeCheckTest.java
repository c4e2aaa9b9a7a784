package io.nearstream.jobs.query.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every kind of bad probe is refused with its reason, naming the field, the limit, the value. */
class ProbeCheckTest {
    private static final long APPEND_TIME = 1_000;
    private static final byte[] VECTOR = Vectors.fromFloats(1, 2, 3, 4);
    private static final ProbeCheck CHECK = new ProbeCheck(Limits.DEFAULT, 10_000, 5, 1_000, 4);

    private static CheckedProbe check(ProbeCheck check, CollectionSettings settings, Probe probe)
            throws RefusedException {
        CollectionState state = new CollectionState(settings, false, Generation.initial(settings));
        check.checkHead(probe);
        return check.check(probe, state, APPEND_TIME);
    }

    private static CheckedProbe accepted(Consumer<Probe.Builder> change) throws RefusedException {
        Probe.Builder probe = Samples.probe(Samples.PLACES, VECTOR);
        change.accept(probe);
        return check(CHECK, Samples.PLACES, probe.build());
    }

    private static void refused(Consumer<Probe.Builder> change, Reason reason, String message) {
        refused(Samples.PLACES, change, reason, message);
    }

    private static void refused(
            CollectionSettings settings,
            Consumer<Probe.Builder> change,
            Reason reason,
            String message) {
        Probe.Builder probe = Samples.probe(settings, VECTOR);
        change.accept(probe);
        RefusedException refusal =
                catchThrowableOfType(
                        RefusedException.class, () -> check(CHECK, settings, probe.build()));
        assertThat(refusal).hasMessage(message);
        assertThat(refusal.reason()).isEqualTo(reason);
    }

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
    void kMustBeWithinItsLimit() throws Exception {
        refused(probe -> probe.setK(0), Reason.BAD_K, "k must be 1 to 1000, but was 0.");
        refused(
                probe -> probe.setK(Integer.MAX_VALUE),
                Reason.BAD_K,
                "k must be 1 to 1000, but was 2147483647.");
        assertThat(accepted(probe -> probe.setK(1_000)).limit()).isEqualTo(1_000);
    }

    @Test
    void rangeMustBeFiniteAndCapped() throws Exception {
        refused(
                probe -> probe.setRadius(-0.5),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was -0.5.");
        refused(
                probe -> probe.setRadius(Double.NaN),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was NaN.");
        refused(
                probe -> probe.setRadius(Double.POSITIVE_INFINITY),
                Reason.BAD_RADIUS,
                "radius must be a finite number of 0 or more, but was Infinity.");
        refused(
                probe -> probe.setRadius(1.0).setMaxHits(10_001),
                Reason.BAD_RADIUS,
                "maxHits must be 1 to 10000, but was 10001.");
        refused(
                probe -> probe.setRadius(1.0).setMaxHits(0),
                Reason.BAD_RADIUS,
                "maxHits must be 1 to 10000, but was 0.");
        CheckedProbe range = accepted(probe -> probe.setRadius(3.0).setK(0));
        assertThat(range.radiusScore()).isEqualTo(9);
        assertThat(range.limit()).isEqualTo(10_000);
        assertThat(range.k()).isEqualTo(1_000);
        assertThat(accepted(probe -> probe.setRadius(0.0)).isRange()).isTrue();
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

    @Test
    void effortMustBePositive() throws Exception {
        refused(
                probe -> probe.setProbes(0),
                Reason.BAD_EFFORT,
                "probes must be at least 1, but was 0.");
        refused(
                probe -> probe.setTargetRecall(1.01),
                Reason.BAD_EFFORT,
                "targetRecall must be above 0 and at most 1, but was 1.01.");
        refused(
                probe -> probe.setTargetRecall(Double.NaN),
                Reason.BAD_EFFORT,
                "targetRecall must be above 0 and at most 1, but was NaN.");
        assertThat(accepted(probe -> probe.setTargetRecall(1.0)).effort().exhaustive()).isTrue();
        assertThat(accepted(probe -> probe.setExhaustive(true)).effort().exhaustive()).isTrue();
        assertThat(accepted(probe -> probe.setProbes(3)).effort().probes()).isEqualTo(3);
        assertThat(accepted(probe -> {}).effort().targetRecall()).isEqualTo(0.9);
    }

    @Test
    void bucketsNamedByHandAreLimitedForAllQueryVectorsTogether() throws Exception {
        assertThat(accepted(probe -> probe.setProbes(1_000)).effort().probes()).isEqualTo(1_000);
        refused(
                probe -> probe.setProbes(1_001),
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 1001 times 1. Ask for fewer, or exhaustive.");
        refused(
                probe -> {
                    ByteBuffer vector = probe.getVectors().get(0);
                    probe.setVectors(Collections.nCopies(3, vector)).setProbes(334);
                },
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 334 times 3. Ask for fewer, or exhaustive.");
        refused(
                probe -> probe.setProbes(Integer.MAX_VALUE),
                Reason.BAD_EFFORT,
                "probes times query vectors must be at most 'nearstream.query.probe-buckets-max',"
                        + " 1000, but was 2147483647 times 1. Ask for fewer, or exhaustive.");
    }

    @Test
    void consistencySaysWhichWritesAreSeen() throws Exception {
        assertThat(accepted(probe -> probe.setConsistency(Consistency.STRONG)).atLeast())
                .as("its own append time, and how far clocks may be apart")
                .isEqualTo(APPEND_TIME + 5);
        refused(
                probe -> probe.setConsistency(Consistency.STRONG).setDeadlineMs(5L),
                Reason.BAD_DEADLINE,
                "deadlineMs of a STRONG probe must be above 'nearstream.query.strong-clock-bound',"
                        + " 5 ms, but was 5.");
        refused(
                probe -> probe.setConsistency(Consistency.AT_LEAST),
                Reason.BAD_CONSISTENCY,
                "consistency AT_LEAST needs atLeast: the append time that the producer was given.");
        assertThat(
                        accepted(probe -> probe.setConsistency(Consistency.AT_LEAST).setAtLeast(7L))
                                .atLeast())
                .isEqualTo(7);
        assertThat(accepted(probe -> probe.setAtLeast(7L)).atLeast()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void deadlineMustBeWithinItsLimit() throws Exception {
        refused(
                probe -> probe.setDeadlineMs(0L),
                Reason.BAD_DEADLINE,
                "deadlineMs must be 1 to 60000, but was 0.");
        refused(
                probe -> probe.setDeadlineMs(60_001L),
                Reason.BAD_DEADLINE,
                "deadlineMs must be 1 to 60000, but was 60001.");
        assertThat(accepted(probe -> probe.setDeadlineMs(5L)).deadlineAt())
                .isEqualTo(APPEND_TIME + 5);
        assertThat(accepted(probe -> {}).deadlineAt()).isEqualTo(APPEND_TIME + 10_000);
    }

    @Test
    void limitsAreTheConfiguredOnes() {
        Limits tight = new Limits(4, 8, 1, 2, 10, 3, 5, 2, 32, 50, 4, 10);
        ProbeCheck check = new ProbeCheck(tight, 10_000, 0, 1_000, 1);
        Probe probe = Samples.probe(Samples.PLACES, VECTOR).setK(3).build();
        assertThat(
                        catchThrowableOfType(
                                RefusedException.class,
                                () ->
                                        check(
                                                check,
                                                Samples.PLACES,
                                                Probe.newBuilder(probe).setK(4).build())))
                .hasMessage("k must be 1 to 3, but was 4.");
        assertThat(
                        catchThrowableOfType(
                                RefusedException.class, () -> check(check, Samples.PLACES, probe)))
                .isNull();
    }
}
