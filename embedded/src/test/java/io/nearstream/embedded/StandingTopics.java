package io.nearstream.embedded;

import io.nearstream.core.model.IndexChange;
import io.nearstream.core.model.Version;
import io.nearstream.core.standing.Difference;
import io.nearstream.embedded.testing.Await;
import io.nearstream.embedded.testing.LogOf;
import io.nearstream.embedded.testing.TopicReading;
import io.nearstream.jobs.common.topics.TopicNames;
import io.nearstream.jobs.common.wire.IndexChangeWire;
import io.nearstream.jobs.common.wire.StandingWire;
import io.nearstream.schemas.Progress;
import io.nearstream.schemas.StandingDifference;
import io.nearstream.schemas.wire.AvroWire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What is committed of changes and of differences. Not thread-safe. */
final class StandingTopics implements AutoCloseable {
    private final String bootstrap;
    private final TopicReading changes;
    private final TopicReading told;
    private final AvroWire changesWire =
            AvroWire.of(
                    io.nearstream.schemas.IndexChange.getClassSchema(), Progress.getClassSchema());
    private final AvroWire toldWire = AvroWire.of(StandingDifference.getClassSchema());
    private final List<IndexChange> log = new ArrayList<>();
    private final List<Difference> differences = new ArrayList<>();
    private int changesRead;

    StandingTopics(String bootstrap) {
        this.bootstrap = bootstrap;
        this.changes = new TopicReading(bootstrap, TopicNames.INDEX_CHANGES);
        this.told = new TopicReading(bootstrap, TopicNames.STANDING_DIFFERENCES);
    }

    /** All changes, once those of all these writes are among them. */
    List<IndexChange> log(Collection<Version> writes) throws Exception {
        Set<Version> missing = new HashSet<>(writes);
        Await.until(
                "the log has every write",
                () -> {
                    List<ConsumerRecord<byte[], byte[]>> records = changes.poll();
                    for (; changesRead < records.size(); changesRead++) {
                        byte[] value = records.get(changesRead).value();
                        if (value != null
                                && changesWire.decode(value)
                                        instanceof io.nearstream.schemas.IndexChange change) {
                            log.add(IndexChangeWire.from(change));
                        }
                    }
                    log.forEach(change -> missing.remove(change.version()));
                    return missing.isEmpty();
                });
        return log;
    }

    /** What has been told until now; of a query in order. */
    List<Difference> told() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> records = told.poll();
        while (differences.size() < records.size()) {
            differences.add(difference(records.get(differences.size())));
        }
        return differences;
    }

    /** All that is told when the job has stopped. */
    List<Difference> allTold() throws Exception {
        List<Difference> all = new ArrayList<>();
        for (var each : LogOf.topic(bootstrap, TopicNames.STANDING_DIFFERENCES)) {
            all.add(difference(each));
        }
        return all;
    }

    private Difference difference(ConsumerRecord<byte[], byte[]> record) throws Exception {
        return StandingWire.from((StandingDifference) toldWire.decode(record.value()));
    }

    @Override
    public void close() {
        changes.close();
        told.close();
    }
}
