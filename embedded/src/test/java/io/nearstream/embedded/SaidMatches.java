package io.nearstream.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.core.join.PairChange;
import io.nearstream.core.model.IndexChange;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.schemas.Match;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What joins have said on the topic of matches, beside what brute force says of the log of index
 * changes; both as far as they are committed. Not thread-safe.
 */
final class SaidMatches implements AutoCloseable {
    private static final int PAIRS_MIN = 100;
    private static final AvroWire CHANGES =
            AvroWire.of(
                    io.nearstream.schemas.IndexChange.getClassSchema(), Progress.getClassSchema());
    private static final AvroWire MATCHES = AvroWire.of(Match.getClassSchema());

    private final EmbeddedNearstream nearstream;
    private final List<JoinKind> joins;
    private final TopicReading changes;
    private final TopicReading matches;
    private final List<IndexChange> log = new ArrayList<>();
    private int changesRead;
    private final Map<JoinKind, List<PairChange>> asked = new LinkedHashMap<>();

    /** By the name of a join, as they are encoded. */
    private final Map<String, List<String>> said = new LinkedHashMap<>();

    private int matchesRead;

    SaidMatches(EmbeddedNearstream nearstream, List<JoinKind> joins) {
        this.nearstream = nearstream;
        this.joins = joins;
        this.changes = new TopicReading(nearstream.bootstrap(), TopicNames.INDEX_CHANGES);
        this.matches = new TopicReading(nearstream.bootstrap(), TopicNames.MATCHES);
        joins.forEach(join -> said.put(join.name(), new ArrayList<>()));
    }

    /**
     * Each join says what the log asks for and nothing else, once; also after its next checkpoints,
     * with which what it said twice would be committed.
     */
    void assertThoseOfTheLog() throws Exception {
        awaitThoseOfTheLog();
        for (JoinKind join : joins) {
            for (int i = 0; i < 2; i++) {
                nearstream.flink().checkpoint(join.job().id());
            }
        }
        awaitThoseOfTheLog();
        joins.forEach(
                join -> assertThat(asked.get(join)).as(join.name()).hasSizeGreaterThan(PAIRS_MIN));
    }

    private void awaitThoseOfTheLog() throws Exception {
        try {
            Await.until("all is said", this::isThatOfTheLog);
        } catch (AssertionError late) {
            for (JoinKind join : asked.keySet()) {
                assertThat(sorted(join))
                        .as("%s: %s", join.name(), late.getMessage())
                        .containsExactlyElementsOf(join.encoded(asked.get(join)));
            }
            throw late;
        }
    }

    private boolean isThatOfTheLog() throws Exception {
        readMatches();
        if (readChanges()) {
            asked.clear();
            return false; // there may be more, and to ask is costly
        }
        joins.forEach(join -> asked.computeIfAbsent(join, each -> each.bruteForce(log)));
        return joins.stream()
                .allMatch(
                        join ->
                                asked.get(join).size() == said.get(join.name()).size()
                                        && join.encoded(asked.get(join)).equals(sorted(join)));
    }

    private List<String> sorted(JoinKind join) {
        List<String> sorted = new ArrayList<>(said.get(join.name()));
        Collections.sort(sorted);
        return sorted;
    }

    /** Whether there are more than before. */
    private boolean readChanges() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = changes.poll();
        int before = log.size();
        for (; changesRead < all.size(); changesRead++) {
            byte[] value = all.get(changesRead).value();
            if (value != null
                    && CHANGES.decode(value) instanceof io.nearstream.schemas.IndexChange change) {
                log.add(IndexChangeWire.from(change));
            }
        }
        return log.size() > before;
    }

    private void readMatches() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> all = matches.poll();
        for (; matchesRead < all.size(); matchesRead++) {
            byte[] value = all.get(matchesRead).value();
            said.get(((Match) MATCHES.decode(value)).getJoin())
                    .add(HexFormat.of().formatHex(value));
        }
    }

    /** Once all records are gone: no pair is there that something could still take back. */
    void assertTakenBack() {
        for (JoinKind join : joins) {
            List<PairChange> says = asked.get(join);
            long added = says.stream().filter(PairChange::added).count();
            if (join.takesAllBack()) {
                assertThat(says).as(join.name()).hasSize((int) (2 * added));
            } else {
                assertThat(says)
                        .as("%s: some are over before", join.name())
                        .hasSizeBetween((int) added + 1, (int) (2 * added - 1));
            }
        }
    }

    @Override
    public void close() {
        try {
            changes.close();
        } finally {
            matches.close();
        }
    }
}
