package io.nearstream.jobs.query.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.similarity.Vectors;
import io.nearstream.jobs.common.config.NearstreamOptions.Routing;
import io.nearstream.jobs.common.kafka.OutRecord;
import io.nearstream.jobs.common.testing.TestingDirectory;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.query.message.ProbeHeader;
import io.nearstream.jobs.query.message.ProbeKey;
import io.nearstream.jobs.query.testing.Samples;
import io.nearstream.schemas.Consistency;
import io.nearstream.schemas.Probe;
import io.nearstream.schemas.ProbeResult;
import io.nearstream.schemas.ProbeStatus;
import io.nearstream.schemas.wire.AvroWire;
import io.nearstream.testing.Property;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** 100,000 hostile probes: each is accepted or answered with its reason; nothing throws. */
@SuppressWarnings("try") // the harness closes with "throws Exception"
class HostileProbesTest {
    private static final int TRIALS = 10;
    private static final int PROBES_PER_TRIAL = 10_000;
    private static final int ANSWER_BYTES_MAX = 2_000;

    @Test
    void everyProbeIsAcceptedOrRefused() {
        Map<String, Integer> outcomes = new TreeMap<>();
        Property.holds(TRIALS, random -> trial(random, outcomes));
        System.out.println("hostile probes by outcome: " + outcomes);
        assertThat(outcomes)
                .containsKeys(
                        "accepted",
                        "UNDECODABLE",
                        "UNKNOWN_COLLECTION",
                        "BAD_COLLECTION_NAME",
                        "BAD_ID",
                        "BAD_LABELS",
                        "BAD_K",
                        "BAD_RADIUS",
                        "BAD_BATCH",
                        "BAD_EFFORT",
                        "BAD_CONSISTENCY",
                        "BAD_DEADLINE",
                        "BAD_PARTITION",
                        "WRONG_DIMENSION",
                        "NOT_FINITE",
                        "ZERO_VECTOR");
    }

    private static void trial(SplittableRandom random, Map<String, Integer> outcomes)
            throws Exception {
        TestingDirectory directory =
                new TestingDirectory()
                        .create(Samples.PLACES, 10)
                        .publish(Samples.PLACES, Samples.PLACES_1, 20)
                        .create(Samples.WORDS, 10);
        try (RouteHarness harness = new RouteHarness(directory.provider(), 2, Routing.PROBE)) {
            for (int i = 0; i < PROBES_PER_TRIAL; i++) {
                harness.send(input(random, i));
                outcomes.merge(outcome(harness, i), 1, Integer::sum);
            }
        }
    }

    private static String outcome(RouteHarness harness, int offset) throws Exception {
        List<ProbeHeader> headers = harness.headers();
        List<OutRecord> refusals = harness.refusals();
        int messages = harness.messages().size() + harness.fetches().size();
        assertThat(headers.size() + refusals.size()).isEqualTo(1);
        if (refusals.isEmpty()) {
            assertThat(headers.get(0).key()).isEqualTo(new ProbeKey(0, offset));
            assertThat(headers.get(0).messages()).isEqualTo(messages).isPositive();
            return "accepted";
        }
        assertThat(messages).isZero();
        ProbeResult result = RouteHarness.result(refusals.get(0));
        assertThat(result.getStatus()).isEqualTo(ProbeStatus.REFUSED);
        assertThat(result.getProbeOffset()).isEqualTo(offset);
        assertThat(result.getMessage()).isNotBlank();
        assertThat(refusals.get(0).key().length + refusals.get(0).value().length)
                .isLessThan(ANSWER_BYTES_MAX);
        return result.getReason();
    }

    private static RawRecord input(SplittableRandom random, int offset) {
        byte[] value =
                switch (random.nextInt(4)) {
                    case 0 -> noise(random, 200);
                    case 1 -> cut(random, AvroWire.encode(valid(random).build()));
                    case 2 -> flipped(random, AvroWire.encode(valid(random).build()));
                    default -> AvroWire.encode(absurd(random).build());
                };
        return Samples.raw("key" + offset, value, 0, offset, 100);
    }

    private static byte[] noise(SplittableRandom random, int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] cut(SplittableRandom random, byte[] bytes) {
        byte[] changed = Arrays.copyOf(bytes, random.nextInt(2 * bytes.length));
        return random.nextBoolean() ? changed : Arrays.copyOf(changed, bytes.length);
    }

    private static byte[] flipped(SplittableRandom random, byte[] bytes) {
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private static Probe.Builder valid(SplittableRandom random) {
        Probe.Builder probe =
                Samples.probe(
                                random.nextBoolean() ? Samples.PLACES : Samples.WORDS,
                                Samples.vector(random))
                        .setK(1 + random.nextInt(20))
                        .setAnyOf(List.of("red"))
                        .setProbes(random.nextBoolean() ? null : 1 + random.nextInt(5));
        if (random.nextInt(4) == 0) {
            probe.setRadius(random.nextDouble());
        }
        if (random.nextInt(4) == 0) {
            probe.setVectors(List.of()).setIds(List.of("a", "b"));
        }
        return probe;
    }

    /** A valid probe with one field out of its mind. */
    private static Probe.Builder absurd(SplittableRandom random) {
        Probe.Builder probe = valid(random);
        int number = number(random);
        double real = Double.longBitsToDouble(random.nextLong());
        return switch (random.nextInt(19)) {
            case 0 -> probe.setId(text(random, 600));
            case 1 -> probe.setCollection(text(random, 200));
            case 2 -> probe.setVectors(List.of(ByteBuffer.wrap(noise(random, 40))));
            case 3 -> probe.setVectors(Collections.nCopies(300, ByteBuffer.allocate(16)));
            case 4 -> probe.setIds(List.of(text(random, 600)));
            case 5 -> probe.setVectors(List.of()).setIds(Collections.nCopies(number & 511, "x"));
            case 6 -> probe.setK(number);
            case 7 -> probe.setRadius(real);
            case 8 -> probe.setRadius(1.0).setMaxHits(number);
            case 9 -> probe.setAnyOf(Collections.nCopies(number & 63, text(random, 80)));
            case 10 -> probe.setNoneOf(List.of(text(random, 80)));
            case 11 -> probe.setProbes(number);
            case 12 -> probe.setTargetRecall(real);
            case 13 -> probe.setConsistency(Consistency.values()[random.nextInt(3)]);
            case 14 -> probe.setConsistency(Consistency.AT_LEAST).setAtLeast(random.nextLong());
            case 15 -> probe.setDeadlineMs(random.nextLong() >> random.nextInt(64));
            case 16 ->
                    probe.setVectors(
                            List.of(ByteBuffer.wrap(Vectors.fromFloats(1, 2, 3, nan(random)))));
            case 17 -> probe.setVectors(List.of(ByteBuffer.allocate(16)));
            default -> probe.setResultPartition(number);
        };
    }

    private static float nan(SplittableRandom random) {
        return random.nextBoolean() ? Float.NaN : Float.NEGATIVE_INFINITY;
    }

    private static int number(SplittableRandom random) {
        return random.nextInt() >> random.nextInt(32);
    }

    private static String text(SplittableRandom random, int most) {
        char[] chars = new char[random.nextInt(most + 1)];
        char base = random.nextBoolean() ? 'a' : (char) random.nextInt(0xd800);
        for (int i = 0; i < chars.length; i++) {
            chars[i] = (char) (base + random.nextInt(20));
        }
        return new String(chars);
    }
}
