package io.nearstream.client;

import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * Builds a {@link Probe}: what is asked ({@link #nearest}, {@link #within}, {@link #fetch}), then
 * how. Checks nothing: the query job does, and answers {@code REFUSED} with the reason. Not
 * thread-safe; {@link Prober#send(ProbeRequest)} gives the probe its id.
 */
public final class ProbeRequest {
    /** Deadline of a probe that does not say one. */
    public static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(10);

    private final Probe.Builder probe =
            Probe.newBuilder().setId("").setDeadlineMs(DEADLINE_DEFAULT.toMillis());

    private ProbeRequest(String collection) {
        probe.setCollection(collection);
    }

    /** The k nearest of each of 1 to 256 vectors, which are in the collection's encoding. */
    public static ProbeRequest nearest(String collection, int k, List<byte[]> vectors) {
        ProbeRequest request = new ProbeRequest(collection);
        request.probe.setK(k).setVectors(vectors.stream().map(ByteBuffer::wrap).toList());
        return request;
    }

    /** Everything within a distance of each of 1 to 256 vectors. */
    public static ProbeRequest within(String collection, double radius, List<byte[]> vectors) {
        ProbeRequest request = new ProbeRequest(collection);
        request.probe.setRadius(radius).setVectors(vectors.stream().map(ByteBuffer::wrap).toList());
        return request;
    }

    /** The records of 1 to 256 ids; one answer per id, without a hit where there is no record. */
    public static ProbeRequest fetch(String collection, List<String> ids) {
        ProbeRequest request = new ProbeRequest(collection);
        request.probe.setIds(List.copyOf(ids));
        return request;
    }

    /** Keeps hits that have at least one of these labels. */
    public ProbeRequest anyOf(List<String> labels) {
        probe.setAnyOf(List.copyOf(labels));
        return this;
    }

    /** Keeps hits that have all of these labels. */
    public ProbeRequest allOf(List<String> labels) {
        probe.setAllOf(List.copyOf(labels));
        return this;
    }

    /** Keeps hits that have none of these labels. */
    public ProbeRequest noneOf(List<String> labels) {
        probe.setNoneOf(List.copyOf(labels));
        return this;
    }

    /** Most hits of a range answer, 1 to 10,000. */
    public ProbeRequest maxHits(int hits) {
        probe.setMaxHits(hits);
        return this;
    }

    /** Effort by hand: how many buckets to visit. */
    public ProbeRequest probes(int buckets) {
        probe.setProbes(buckets);
        return this;
    }

    /** Effort by target: above 0, at most 1. */
    public ProbeRequest targetRecall(double recall) {
        probe.setTargetRecall(recall);
        return this;
    }

    /**
     * Visits every bucket: the exact answer where buckets keep the vectors. Codes choose, by
     * estimates, what is scored from its vector, and may hide a neighbour in a bucket that is about
     * to be split; ask for more hits, or create the collection with more candidates for each.
     */
    public ProbeRequest exhaustive() {
        probe.setExhaustive(true);
        return this;
    }

    /** The answer includes every write up to this append time, milliseconds since 1970. */
    public ProbeRequest atLeast(long appendTime) {
        probe.setConsistency(Consistency.AT_LEAST).setAtLeast(appendTime);
        return this;
    }

    /** The answer includes every write that was acknowledged before this probe is sent. */
    public ProbeRequest strong() {
        probe.setConsistency(Consistency.STRONG);
        return this;
    }

    /** After this the answer is partial; 1 ms to 60 s. */
    public ProbeRequest deadline(Duration deadline) {
        probe.setDeadlineMs(deadline.toMillis());
        return this;
    }

    /** Hits come with their payloads. */
    public ProbeRequest withPayloads() {
        probe.setWithPayloads(true);
        return this;
    }

    /** Hits come with their vectors. */
    public ProbeRequest withVectors() {
        probe.setWithVectors(true);
        return this;
    }

    /** The probe, with an empty id. */
    public Probe toProbe() {
        return probe.build();
    }
}
