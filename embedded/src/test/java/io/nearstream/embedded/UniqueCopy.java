package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.PairChange;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.config.JoinOptions;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.join.JoinJob;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A join job that keeps the unique records of a collection in another one.
 *
 * @param joined the collection that it follows
 * @param into the one that it keeps
 * @param eps records that are no further apart are the same
 */
record UniqueCopy(CollectionSettings joined, CollectionSettings into, double eps) {
    private static final AvroWire CHANGES =
            AvroWire.of(
                    io.nearstream.schemas.IndexChange.getClassSchema(), Progress.getClassSchema());

    NamedJob job() {
        return new NamedJob("join-unique", JoinJob::jobGraph);
    }

    Configuration configuration(EmbeddedNearstream nearstream) {
        Configuration configuration =
                JoinKind.ofItself(job().name(), joined, eps).configuration(nearstream);
        configuration.set(JoinOptions.UNIQUE_INTO, into.name());
        return configuration;
    }

    /**
     * Waits until the copy has what brute force keeps of the log, and nothing else.
     *
     * @param size and so many
     * @return how many records these are
     */
    int awaitThatOfTheLog(EmbeddedNearstream nearstream, IntPredicate size) throws Exception {
        List<IndexChange> log = new ArrayList<>();
        Map<String, String> expected = new TreeMap<>();
        Map<String, String> copied = new TreeMap<>();
        int[] read = new int[1];
        try (TopicReading topic =
                new TopicReading(nearstream.bootstrap(), TopicNames.INDEX_CHANGES)) {
            Await.until(
                    "the copy has the unique records",
                    () -> {
                        List<ConsumerRecord<byte[], byte[]>> all = topic.poll();
                        List<IndexChange> more = decode(all.subList(read[0], all.size()));
                        read[0] = all.size();
                        if (!more.isEmpty()) { // else all is as it was, and to ask is costly
                            log.addAll(more);
                            replace(expected, unique(log));
                            replace(copied, live(log, into.uid(), Set.of()));
                        }
                        return !log.isEmpty()
                                && copied.equals(expected)
                                && size.test(copied.size());
                    });
        } catch (AssertionError late) {
            assertThat(copied).as(late.getMessage()).isEqualTo(expected);
            throw late;
        }
        return copied.size();
    }

    private static void replace(Map<String, String> map, Map<String, String> now) {
        map.clear();
        map.putAll(now);
    }

    private Map<String, String> unique(List<IndexChange> log) {
        Set<Version> dropped = new HashSet<>();
        for (PairChange said : JoinKind.ofItself(job().name(), joined, eps).bruteForce(log)) {
            dropped.add(said.pair().later().version());
        }
        return live(log, joined.uid(), dropped);
    }

    /** The vectors of the records of a collection whose newest version is not among some. */
    private static Map<String, String> live(List<IndexChange> log, long uid, Set<Version> but) {
        Map<String, String> live = new TreeMap<>();
        for (IndexChange change : log) {
            if (change.key().collectionUid() == uid) {
                live.remove(change.key().id());
                if (!change.delete() && !but.contains(change.version())) {
                    live.put(change.key().id(), HexFormat.of().formatHex(change.vector()));
                }
            }
        }
        return live;
    }

    private static List<IndexChange> decode(List<ConsumerRecord<byte[], byte[]>> records)
            throws Exception {
        List<IndexChange> log = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (record.value() != null
                    && CHANGES.decode(record.value())
                            instanceof io.nearstream.schemas.IndexChange change) {
                log.add(IndexChangeWire.from(change));
            }
        }
        return log;
    }
}
