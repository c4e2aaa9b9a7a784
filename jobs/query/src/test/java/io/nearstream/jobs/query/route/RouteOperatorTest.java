package io.nearstream.jobs.query.route;

import static io.nearstream.jobs.query.testing.Counters.count;
import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.model.RecordKey;
import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.query.message.PlaceRequest;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.message.ProbeMessage;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.RecallGauged;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // the harness closes with "throws Exception"
class RouteOperatorTest {
    private static final byte[] VECTOR = Vectors.fromFloats(1, 2, 3, 4);

    private static TestingDirectory places() {
        return new TestingDirectory().create(Samples.PLACES, 10);
    }

    @Test
    void acceptedProbeBecomesOneHeaderAndItsMessages() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 3, Routing.PROBE)) {
            harness.flink().setProcessingTime(200);
            harness.send(
                    Samples.raw(
                            Samples.probe(Samples.PLACES, VECTOR)
                                    .setId("q")
                                    .setK(7)
                                    .setResultPartition(2)
                                    .setConsistency(Consistency.AT_LEAST)
                                    .setAtLeast(90L)
                                    .setWithVectors(true)
                                    .build(),
                            1,
                            55,
                            100));
            ProbeHeader header = harness.headers().get(0);
            assertThat(header.key()).isEqualTo(new ProbeKey(1, 55));
            assertThat(header.id()).isEqualTo("q");
            assertThat(header.resultPartition()).isEqualTo(2);
            assertThat(header.limit()).isEqualTo(7);
            assertThat(header.deadlineAt()).isEqualTo(10_100);
            assertThat(header.readAtMicros()).isEqualTo(200_000);
            assertThat(header.messages()).isEqualTo(3);
            assertThat(BitSet.valueOf(header.slots()).cardinality())
                    .isEqualTo(Samples.MAX_PARALLELISM);
            List<ProbeMessage> messages = harness.messages();
            assertThat(messages).hasSize(3).allMatch(ProbeMessage::unsettled);
            assertThat(messages).allMatch(message -> message.atLeast() == 90);
            assertThat(messages).allMatch(message -> message.appendTime() == 100);
            assertThat(count(harness.flink(), "probesAccepted")).isEqualTo(1);
            assertThat(count(harness.flink(), "probeMessages")).isEqualTo(3);
        }
    }

    @Test
    void routerUsesTheParallelismOfTheRunningJob() throws Exception {
        for (int parallelism : new int[] {1, 2, 5}) {
            try (RouteHarness harness =
                    new RouteHarness(places().provider(), parallelism, Routing.PROBE)) {
                harness.send(Samples.raw(Samples.probe(Samples.PLACES, VECTOR).build(), 0, 0, 100));
                assertThat(harness.messages()).hasSize(parallelism);
            }
        }
    }

    /** Older buckets may hold entries until every bucket subtask has said that they do not. */
    @Test
    void settledGenerationIsRoutedToOwnersOnly() throws Exception {
        TestingDirectory directory = places().publish(Samples.PLACES, Samples.PLACES_1, 20);
        try (RouteHarness harness = new RouteHarness(directory.provider(), 5, Routing.PROBE)) {
            Probe probe = Samples.probe(Samples.PLACES, VECTOR).setProbes(1).build();
            harness.send(Samples.raw(probe, 0, 0, 100));
            assertThat(harness.messages()).hasSize(5).allMatch(ProbeMessage::unsettled);
            directory.settle(Samples.PLACES, RouteHarness.JOB, 1, 0, 2);
            directory.settle(Samples.PLACES, "another", 1, 1, 2);
            harness.send(Samples.raw(probe, 0, 1, 100));
            assertThat(harness.messages()).hasSize(5);
            directory.settle(Samples.PLACES, RouteHarness.JOB, 1, 1, 2);
            harness.send(Samples.raw(probe, 0, 2, 100));
            assertThat(harness.messages()).singleElement().matches(m -> !m.unsettled());
        }
    }

    /**
     * Where recall was found to be low, probes with a target visit more, and say so to the gauge.
     */
    @Test
    void recallCorrectionMakesProbesVisitMore() throws Exception {
        TestingDirectory directory = places().publish(Samples.PLACES, Samples.PLACES_1, 20);
        directory.settle(Samples.PLACES, RouteHarness.JOB, 1, 0, 1);
        try (RouteHarness harness = new RouteHarness(directory.provider(), 1, Routing.PROBE)) {
            Probe probe = Samples.probe(Samples.PLACES, VECTOR).setTargetRecall(0.7).build();
            harness.send(Samples.raw(probe, 0, 0, 100));
            int before = harness.messages().get(0).queries().get(0).buckets().length;
            assertThat(harness.gauged()).singleElement().matches(note -> note.correction() == 1);
            directory.append(100, corrected(2));
            harness.send(Samples.raw(probe, 0, 1, 100));
            int after = harness.messages().get(0).queries().get(0).buckets().length;
            assertThat(after).isEqualTo(2 * before);
            assertThat(harness.gauged())
                    .singleElement()
                    .matches(note -> note.correction() == 2 && note.target() == 0.7);
            Probe byHand = Samples.probe(Samples.PLACES, VECTOR).setProbes(3).build();
            harness.send(Samples.raw(byHand, 0, 2, 100));
            assertThat(harness.messages().get(0).queries().get(0).buckets()).hasSize(3);
            assertThat(harness.gauged()).isEmpty();
        }
    }

    private static RecallGauged corrected(double correction) {
        return RecallGauged.newBuilder()
                .setJob(RouteHarness.JOB)
                .setCollection(Samples.PLACES.name())
                .setCollectionUid(Samples.PLACES.uid())
                .setGeneration(1)
                .setCorrection(correction)
                .setRecall(0.5)
                .setLow(0.4)
                .setHigh(0.6)
                .setTarget(0.7)
                .setProbes(64)
                .build();
    }

    /** A sign projection of 4 bits has as many buckets as generation 0 of learned cells. */
    @Test
    void generation0OfASignProjectionIsRoutedToItsBuckets() throws Exception {
        TestingDirectory directory = new TestingDirectory().create(Samples.SIGNS, 10);
        try (RouteHarness harness = new RouteHarness(directory.provider(), 1, Routing.PROBE)) {
            harness.send(
                    Samples.raw(
                            Samples.probe(Samples.SIGNS, VECTOR).setProbes(3).build(), 0, 0, 100));
            ProbeMessage message = harness.messages().get(0);
            assertThat(message.unsettled()).isFalse();
            assertThat(message.queries().get(0).buckets()).hasSize(3);
        }
    }

    @Test
    void fetchAsksForEachIdByItself() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 3, Routing.PROBE)) {
            Probe probe =
                    Samples.probe(Samples.PLACES, VECTOR)
                            .setVectors(List.of())
                            .setIds(List.of("a", "b", "a"))
                            .build();
            harness.send(Samples.raw(probe, 0, 9, 100));
            ProbeHeader header = harness.headers().get(0);
            assertThat(header.fetch()).isTrue();
            assertThat(header.queries()).isEqualTo(3);
            assertThat(header.slots()).containsExactly(0b111);
            assertThat(harness.messages()).isEmpty();
            assertThat(harness.fetches())
                    .extracting(PlaceRequest::record)
                    .containsExactlyElementsOf(
                            Stream.of("a", "b", "a")
                                    .map(id -> new RecordKey(Samples.PLACES.uid(), id))
                                    .toList());
        }
    }

    @Test
    void refusalGoesToThePartitionThatTheProbeNames() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 1, Routing.PROBE)) {
            Probe.Builder probe = Samples.probe(Samples.PLACES, VECTOR).setId("q").setK(0);
            harness.send(Samples.raw(probe.setResultPartition(2).build(), 3, 4, 100));
            harness.send(Samples.raw(probe.setResultPartition(99).build(), 3, 5, 100));
            List<OutRecord> refusals = harness.refusals();
            assertThat(refusals)
                    .extracting(OutRecord::partition)
                    .containsExactly(2, OutRecord.BY_KEY);
            assertThat(refusals).allMatch(record -> record.topic().equals(TopicNames.RESULTS));
            ProbeResult result = RouteHarness.result(refusals.get(0));
            assertThat(result.getStatus()).isEqualTo(ProbeStatus.REFUSED);
            assertThat(result.getReason()).isEqualTo("BAD_K");
            assertThat(result.getMessage()).isEqualTo("k must be 1 to 1000, but was 0.");
            assertThat(result.getProbeId()).isEqualTo("q");
            assertThat(result.getProbePartition()).isEqualTo(3);
            assertThat(result.getProbeOffset()).isEqualTo(4);
            assertThat(count(harness.flink(), "probesRefused")).isEqualTo(2);
        }
    }

    private static ProbeResult refusal(RouteHarness harness) throws Exception {
        assertThat(harness.messages()).isEmpty();
        assertThat(harness.headers()).isEmpty();
        List<OutRecord> refusals = harness.refusals();
        assertThat(refusals).hasSize(1);
        return RouteHarness.result(refusals.get(0));
    }

    @Test
    void undecodableBytesAreAnsweredUnderTheirKey() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 1, Routing.PROBE)) {
            harness.send(Samples.raw("key", new byte[] {1, 2, 3}, 0, 7, 100));
            ProbeResult result = refusal(harness);
            assertThat(result.getReason()).isEqualTo("UNDECODABLE");
            assertThat(result.getProbeId()).isEqualTo("key");
            assertThat(result.getMessage()).contains("value must be Probe", "3 bytes");
        }
    }

    /** Whole, it would not fit the results topic, and the sink would fail for ever. */
    @Test
    void oversizedIdsComeBackCut() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 1, Routing.PROBE)) {
            String id = "\u20ac".repeat(1_390_000);
            harness.send(
                    Samples.raw(
                            Samples.probe(Samples.PLACES, VECTOR).setId(id).build(), 0, 7, 100));
            ProbeResult result = refusal(harness);
            assertThat(result.getReason()).isEqualTo("BAD_ID");
            assertThat(result.getMessage()).contains("512", "4170000");
            assertThat(result.getProbeId()).startsWith("\u20ac".repeat(170));
            harness.send(Samples.raw(id, new byte[0], 0, 8, 100));
            OutRecord record = harness.refusals().get(0);
            assertThat(record.key().length + record.value().length).isLessThan(2_000);
        }
    }

    @Test
    void unknownAndDroppedCollectionsAreRefusedAsOfTheProbesAppendTime() throws Exception {
        TestingDirectory directory = places().drop(Samples.PLACES, 50);
        try (RouteHarness harness = new RouteHarness(directory.provider(), 1, Routing.PROBE)) {
            Probe probe = Samples.probe(Samples.PLACES, VECTOR).build();
            harness.send(Samples.raw(probe, 0, 0, 9));
            assertThat(refusal(harness).getMessage())
                    .isEqualTo("collection 'places' does not exist. Create it first.");
            harness.send(Samples.raw(probe, 0, 1, 49));
            assertThat(harness.messages()).hasSize(1);
            harness.headers();
            harness.send(Samples.raw(probe, 0, 2, 50));
            assertThat(refusal(harness).getReason()).isEqualTo("UNKNOWN_COLLECTION");
        }
    }

    @Test
    void passedDeadlineIsRefused() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 1, Routing.PROBE)) {
            Probe probe = Samples.probe(Samples.PLACES, VECTOR).setDeadlineMs(20L).build();
            harness.flink().setProcessingTime(119);
            harness.send(Samples.raw(probe, 0, 0, 100));
            assertThat(harness.messages()).hasSize(1);
            harness.headers();
            harness.flink().setProcessingTime(123);
            harness.send(Samples.raw(probe, 0, 1, 100));
            ProbeResult result = refusal(harness);
            assertThat(result.getReason()).isEqualTo("DEADLINE_PASSED");
            assertThat(result.getMessage())
                    .isEqualTo("the deadline passed 3 ms before the probe was read.");
        }
    }

    @Test
    void badProbeDoesNotHarmItsNeighbours() throws Exception {
        try (RouteHarness harness = new RouteHarness(places().provider(), 2, Routing.PROBE)) {
            Probe good = Samples.probe(Samples.PLACES, VECTOR).build();
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 20; i++) {
                byte[] noise = new byte[random.nextInt(50)];
                random.nextBytes(noise);
                harness.send(Samples.raw("bad", noise, 0, 2L * i, 100));
                harness.send(Samples.raw(good, 0, 2L * i + 1, 100));
            }
            assertThat(harness.headers()).hasSize(20);
            assertThat(harness.messages()).hasSize(40);
            assertThat(harness.refusals())
                    .hasSize(20)
                    .allMatch(r -> new String(r.key(), StandardCharsets.UTF_8).equals("bad"));
        }
    }
}
