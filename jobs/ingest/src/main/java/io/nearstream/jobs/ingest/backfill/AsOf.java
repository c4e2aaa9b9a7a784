package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.jobs.common.config.BackfillOptions;
import io.nearstream.jobs.common.config.NearstreamOptions;
import io.nearstream.jobs.common.control.CollectionDirectory;
import io.nearstream.jobs.common.topics.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.OptionalLong;

/**
 * When files were true.
 *
 * @param time milliseconds since 1970
 */
record AsOf(long time) {
    /** By so much the broker's clock, by which collections are created, may be ahead of ours. */
    static final long CLOCKS_APART_MS = Duration.ofDays(1).toMillis();

    /**
     * The time that an option says.
     *
     * @param now milliseconds since 1970
     * @throws IllegalArgumentException if it is none, or before the collection or after now
     */
    static AsOf read(
            String option, CollectionDirectory directory, CollectionSettings collection, long now)
            throws InterruptedException {
        long created = createdAt(directory, collection, now);
        if (option.isEmpty() || option.equals(BackfillOptions.CREATION)) {
            return new AsOf(created);
        }
        long time;
        try {
            time = Instant.parse(option).toEpochMilli();
        } catch (DateTimeParseException | ArithmeticException wrong) {
            throw new IllegalArgumentException(
                    "'%s' must be a time such as 2026-11-22T10:00:00Z, or '%s', but was '%s'."
                            .formatted(
                                    BackfillOptions.AS_OF.key(), BackfillOptions.CREATION, option),
                    wrong);
        }
        if (time < created || time > now) {
            throw new IllegalArgumentException(
                    "'%s' must be between %s, when collection '%s' was created, and now, %s, but was %s."
                            .formatted(
                                    BackfillOptions.AS_OF.key(),
                                    Instant.ofEpochMilli(created),
                                    collection.name(),
                                    Instant.ofEpochMilli(now),
                                    option));
        }
        return new AsOf(time);
    }

    /**
     * Fails where retention may have taken a write that is newer than the files: the row would
     * stand where the write did.
     */
    void requireAllLater(RetainedWrites retained, CollectionSettings collection) {
        OptionalLong gone = retained.goneBefore();
        if (gone.isEmpty() || gone.getAsLong() <= time) {
            return;
        }
        boolean all = gone.getAsLong() == Long.MAX_VALUE;
        throw new IllegalArgumentException(
                "'%s' is %s, but retention has taken writes of %s that may be newer%s: rows of collection '%s' would stand where such writes did. Make files that were true %s, and say when; a job that goes on from state has these writes: set '%s'."
                        .formatted(
                                BackfillOptions.AS_OF.key(),
                                Instant.ofEpochMilli(time),
                                TopicNames.VECTORS,
                                all
                                        ? ", all of a partition"
                                        : ", those before "
                                                + Instant.ofEpochMilli(gone.getAsLong()),
                                collection.name(),
                                all
                                        ? "once a write is in every partition"
                                        : "at "
                                                + Instant.ofEpochMilli(gone.getAsLong())
                                                + " or later",
                                BackfillOptions.GOES_ON.key()));
    }

    /**
     * Fails where state may have forgotten a delete that is newer than the files: what was deleted
     * would come back. To be asked when files are added to a job that goes on from state; one that
     * starts without forgets nothing before they have ended.
     *
     * @param horizonMs how long deletes are remembered
     * @param now milliseconds since 1970
     */
    void requireDeletesRemembered(long horizonMs, CollectionSettings collection, long now) {
        if (time >= now - horizonMs) {
            return;
        }
        throw new IllegalArgumentException(
                "'%s' is %s, but the job goes on from state that has forgotten deletes before %s ('%s'): what was deleted of collection '%s' would come back with these files. Make files that were true at %s or later, and say when."
                        .formatted(
                                BackfillOptions.AS_OF.key(),
                                Instant.ofEpochMilli(time),
                                Instant.ofEpochMilli(now - horizonMs),
                                NearstreamOptions.TOMBSTONE_HORIZON.key(),
                                collection.name(),
                                Instant.ofEpochMilli(now - horizonMs)));
    }

    /**
     * Fails where nobody has said when the files were true that come to a job with state: rows lose
     * to all that the collection has of later times, which by the default may be everything.
     *
     * @param option as it was given
     */
    void requireGiven(String option, CollectionSettings collection) {
        if (option.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' must be given ('--backfill-as-of'): the job goes on from state that is not known to have begun these files, or not as they are now, and collection '%s' may have newer records, to which their rows lose. Say when the files were true, or '%s' (%s) where all that was written since is newer, but not a time that earlier files of the collection had; '%s' set to '%s' leaves the files out."
                            .formatted(
                                    BackfillOptions.AS_OF.key(),
                                    collection.name(),
                                    BackfillOptions.CREATION,
                                    Instant.ofEpochMilli(time),
                                    BackfillOptions.FILES.key(),
                                    BackfillOptions.NO_FILES));
        }
    }

    /** The first time at which the name is this incarnation's: it is so from then until now. */
    private static long createdAt(
            CollectionDirectory directory, CollectionSettings collection, long now)
            throws InterruptedException {
        long low = 0;
        long high = now + CLOCKS_APART_MS;
        while (low < high) {
            long middle = low + (high - low) / 2;
            boolean its =
                    directory
                            .at(collection.name(), middle)
                            .filter(state -> state.uid() == collection.uid())
                            .isPresent();
            if (its) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
