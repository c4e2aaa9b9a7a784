package io.nearstream.jobs.query.route;

import io.nearstream.core.model.LabelFilter;
import io.nearstream.core.model.Limits;
import io.nearstream.core.model.Metric;
import io.nearstream.core.model.Reason;
import io.nearstream.core.model.RefusedException;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.jobs.common.control.CollectionState;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.query.answer.Answers;
import io.nearstream.jobs.query.message.Effort;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks every field of a probe against the limits and its collection. Pure: the same probe and
 * collection give the same verdict.
 *
 * @param limits what is accepted at most
 * @param deadlineDefaultMs deadline of a probe that names none
 * @param strongClockBoundMs how far the brokers' clocks may be apart
 * @param probeBucketsMax buckets that a probe may name by hand, times its query vectors
 * @param resultPartitions partitions of the results topic
 */
record ProbeCheck(
        Limits limits,
        long deadlineDefaultMs,
        long strongClockBoundMs,
        int probeBucketsMax,
        int resultPartitions)
        implements Serializable {
    /** Checks what can be checked without the collection. */
    void checkHead(Probe probe) throws RefusedException {
        int idBytes = probe.getId().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (idBytes < 1 || idBytes > Answers.PROBE_ID_BYTES_MAX) {
            throw new RefusedException(
                    Reason.BAD_ID,
                    "the probe's id must be 1 to %d bytes of UTF-8, but has %d."
                            .formatted(Answers.PROBE_ID_BYTES_MAX, idBytes));
        }
        Integer partition = probe.getResultPartition();
        if (partition != null && (partition < 0 || partition >= resultPartitions)) {
            throw new RefusedException(
                    Reason.BAD_PARTITION,
                    "resultPartition must be 0 to %d, but was %d."
                            .formatted(resultPartitions - 1, partition));
        }
        Limits.checkCollectionName(probe.getCollection());
        checkBatch(probe);
        if (probe.getConsistency() == Consistency.AT_LEAST && probe.getAtLeast() == null) {
            throw new RefusedException(
                    Reason.BAD_CONSISTENCY,
                    "consistency AT_LEAST needs atLeast: the append time that the producer was given.");
        }
    }

    private void checkBatch(Probe probe) throws RefusedException {
        int vectors = probe.getVectors().size();
        int ids = probe.getIds().size();
        if ((vectors == 0) == (ids == 0)) {
            throw new RefusedException(
                    Reason.BAD_BATCH,
                    "a probe has either vectors or ids, but this one has %d vectors and %d ids."
                            .formatted(vectors, ids));
        }
        if (Math.max(vectors, ids) > limits.batchVectors()) {
            throw new RefusedException(
                    Reason.BAD_BATCH,
                    "a probe has at most %d vectors or ids, but this one has %d."
                            .formatted(limits.batchVectors(), Math.max(vectors, ids)));
        }
        long bytes = 0;
        for (ByteBuffer vector : probe.getVectors()) {
            bytes += vector.remaining();
        }
        if (bytes > limits.batchBytes()) {
            throw new RefusedException(
                    Reason.BAD_BATCH,
                    "a probe's vectors have at most %d bytes, but these have %d."
                            .formatted(limits.batchBytes(), bytes));
        }
        for (String id : probe.getIds()) {
            limits.checkId(id);
        }
    }

    /** Checks the rest. */
    CheckedProbe check(Probe probe, CollectionState collection, long appendTime)
            throws RefusedException {
        VectorSpace space = VectorSpace.of(collection.settings());
        List<byte[]> vectors = new ArrayList<>(probe.getVectors().size());
        for (ByteBuffer buffer : probe.getVectors()) {
            byte[] vector = IndexChangeWire.bytes(buffer);
            space.check(vector);
            vectors.add(vector);
        }
        long deadlineMs = deadlineMs(probe);
        if (probe.getConsistency() == Consistency.STRONG && deadlineMs <= strongClockBoundMs) {
            throw new RefusedException(
                    Reason.BAD_DEADLINE,
                    "deadlineMs of a STRONG probe must be above 'nearstream.query.strong-clock-bound', %d ms, but was %d."
                            .formatted(strongClockBoundMs, deadlineMs));
        }
        boolean range = probe.getRadius() != null;
        int k = range ? hits(probe) : k(probe);
        double radiusScore = range ? space.score(radius(probe, space)) : Double.NaN;
        LabelFilter filter = new LabelFilter(probe.getAnyOf(), probe.getAllOf(), probe.getNoneOf());
        limits.checkLabels(filter.anyOf());
        limits.checkLabels(filter.allOf());
        limits.checkLabels(filter.noneOf());
        return new CheckedProbe(
                probe.getId(),
                collection,
                vectors,
                probe.getIds(),
                Math.min(k, limits.k()),
                k,
                radiusScore,
                filter,
                effort(probe, collection),
                atLeast(probe, appendTime),
                appendTime + deadlineMs,
                probe.getWithVectors(),
                probe.getWithPayloads(),
                probe.getResultPartition() == null ? -1 : probe.getResultPartition());
    }

    /** What was appended before a probe has no later append time, on one clock. */
    private long atLeast(Probe probe, long appendTime) {
        return switch (probe.getConsistency()) {
            case EVENTUAL -> Long.MIN_VALUE;
            case AT_LEAST -> probe.getAtLeast();
            case STRONG -> appendTime + strongClockBoundMs;
        };
    }

    private int k(Probe probe) throws RefusedException {
        if (probe.getK() < 1 || probe.getK() > limits.k()) {
            throw new RefusedException(
                    Reason.BAD_K,
                    "k must be 1 to %d, but was %d.".formatted(limits.k(), probe.getK()));
        }
        return probe.getK();
    }

    private int hits(Probe probe) throws RefusedException {
        if (probe.getMaxHits() < 1 || probe.getMaxHits() > limits.rangeHits()) {
            throw new RefusedException(
                    Reason.BAD_RADIUS,
                    "maxHits must be 1 to %d, but was %d."
                            .formatted(limits.rangeHits(), probe.getMaxHits()));
        }
        return probe.getMaxHits();
    }

    private static double radius(Probe probe, VectorSpace space) throws RefusedException {
        double radius = probe.getRadius();
        boolean signed = space.metric() == Metric.INNER_PRODUCT;
        if (!Double.isFinite(radius) || (radius < 0 && !signed)) {
            throw new RefusedException(
                    Reason.BAD_RADIUS,
                    "radius must be a finite number%s, but was %s."
                            .formatted(signed ? "" : " of 0 or more", radius));
        }
        return radius;
    }

    private Effort effort(Probe probe, CollectionState collection) throws RefusedException {
        Integer probes = probe.getProbes();
        Double target = probe.getTargetRecall();
        if (probes != null && probes < 1) {
            throw new RefusedException(
                    Reason.BAD_EFFORT, "probes must be at least 1, but was " + probes + ".");
        }
        int vectors = Math.max(1, probe.getVectors().size());
        if (probes != null && probes > probeBucketsMax / vectors) {
            throw new RefusedException(
                    Reason.BAD_EFFORT,
                    "probes times query vectors must be at most 'nearstream.query.probe-buckets-max', %d, but was %d times %d. Ask for fewer, or exhaustive."
                            .formatted(probeBucketsMax, probes, vectors));
        }
        if (target != null && !(target > 0 && target <= 1)) {
            throw new RefusedException(
                    Reason.BAD_EFFORT,
                    "targetRecall must be above 0 and at most 1, but was " + target + ".");
        }
        double wanted = target == null ? collection.settings().targetRecall() : target;
        boolean exhaustive = probe.getExhaustive() || (probes == null && wanted >= 1);
        return new Effort(wanted, probes == null ? 0 : probes, exhaustive);
    }

    private long deadlineMs(Probe probe) throws RefusedException {
        Long deadline = probe.getDeadlineMs();
        if (deadline == null) {
            return Math.min(deadlineDefaultMs, limits.deadlineMs());
        }
        if (deadline < 1 || deadline > limits.deadlineMs()) {
            throw new RefusedException(
                    Reason.BAD_DEADLINE,
                    "deadlineMs must be 1 to %d, but was %d."
                            .formatted(limits.deadlineMs(), deadline));
        }
        return deadline;
    }
}
