package io.nearstream.chaos.check;

import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Judges the reads of one key. A read stands between two writes of the log, and shows what the
 * first of them left. Each read gets the earliest place that its answer allows and that lies behind
 * everything that was done before it began, reads included; if that is behind a write which began
 * only after the read ended, no order explains the answer. Reads must be given in the order in
 * which they began.
 */
final class KeyReadCheck {
    private static final long NOWHERE = -2;

    /** Something that was done by a moment, and by which the key had come to a place in the log. */
    private record Done(long ended, long place, long stable) {}

    private final String name;
    private final KeyHistory key;
    private final KeyModel model;
    private final Content content;
    private final StableTimes stableTimes;
    private final long liveLagNanos;
    private final Findings findings;

    private final Waiting strong = new Waiting();
    private final Waiting lagging = new Waiting();
    private final Waiting live = new Waiting();
    private final List<KeyHistory.Applied> byBegin;
    private final long[] firstFrom;
    private long stable = StableTimes.NONE;
    private long seenWhileStable = -1;

    KeyReadCheck(
            String name,
            KeyHistory key,
            KeyModel model,
            Content content,
            StableTimes stableTimes,
            long liveLagNanos,
            Findings findings) {
        this.name = name;
        this.key = key;
        this.model = model;
        this.content = content;
        this.stableTimes = stableTimes;
        this.liveLagNanos = liveLagNanos;
        this.findings = findings;
        for (KeyHistory.Applied write : key.writes()) {
            if (write.ended() != Operation.NEVER) {
                note(strong, write.began(), write.ended(), write.entry().at().offset());
                note(lagging, write.began(), write.ended(), write.entry().at().offset());
            }
        }
        byBegin = new ArrayList<>(key.writes());
        byBegin.sort(Comparator.comparingLong(KeyHistory.Applied::began));
        firstFrom = new long[byBegin.size() + 1];
        firstFrom[byBegin.size()] = Long.MAX_VALUE;
        for (int i = byBegin.size() - 1; i >= 0; i--) {
            firstFrom[i] = Math.min(firstFrom[i + 1], byBegin.get(i).entry().at().offset());
        }
    }

    /** A write was answered by the job: it has come so far. */
    void answered(Operation write, long place) {
        note(live, write.began(), write.ended(), place);
    }

    private void note(Waiting where, long began, long ended, long place) {
        where.add(new Done(ended, place, stableTimes.of(began, ended)));
    }

    void check(Operation read) {
        if (!read.answer().served()) {
            return;
        }
        Ask.ReadKey ask = (Ask.ReadKey) read.ask();
        long least = ask.last() ? lastWrite() : least(read, ask.strong());
        long most = firstFrom[firstBegunAfter(read.ended())];
        long place = NOWHERE;
        if (read.answer() instanceof Answer.Value value) {
            place = value(read, value, least, most, ask.last());
        } else if (read.answer() instanceof Answer.Absent) {
            place = absent(read, least, most, ask.last());
        }
        if (place != NOWHERE) {
            note(live, read.began(), read.ended(), place);
            if (ask.strong()) {
                note(strong, read.began(), read.ended(), place);
            }
        }
    }

    private long lastWrite() {
        return key.writes().stream()
                .mapToLong(write -> write.entry().at().offset())
                .max()
                .orElse(-1);
    }

    private long least(Operation read, boolean isStrong) {
        if (isStrong) {
            return strong.placeBefore(read.began());
        }
        long own = stableTimes.of(read.began(), read.ended());
        if (own != stable) {
            stable = own;
            seenWhileStable = -1;
        }
        for (Done done : live.endedBefore(read.began())) {
            if (done.stable() != StableTimes.NONE && done.stable() == stable) {
                seenWhileStable = Math.max(seenWhileStable, done.place());
            }
        }
        long old = lagging.placeBefore(read.began() - liveLagNanos);
        if (stable == StableTimes.NONE) {
            return -1;
        }
        // A job that has gone back needs that long to repeat what it had done.
        boolean caughtUp = read.began() - stable >= liveLagNanos;
        return caughtUp ? Math.max(seenWhileStable, old) : seenWhileStable;
    }

    private int firstBegunAfter(long moment) {
        int low = 0;
        int high = byBegin.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (byBegin.get(middle).began() > moment) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    private long value(Operation read, Answer.Value value, long least, long most, boolean last) {
        if (value.hash() != Content.hash(content.value(value.token()))) {
            say(Violation.CORRUPT, read, "the value has other bytes than were written");
        }
        int state = key.stateAt(value.at().offset());
        boolean put = state > 0 && !key.isAbsent(state) && key.at(state).equals(value.at());
        if (!put || key.applied(state).entry().token() != value.token()) {
            boolean written = model.isWrite(value.token(), name);
            say(
                    written ? Violation.WRONG_ANSWERS : Violation.PHANTOMS,
                    read,
                    written ? "that write was never in force" : "nobody put that");
            return NOWHERE;
        }
        if (key.from(state) >= most) {
            say(Violation.PHANTOMS, read, "that was written only after the answer");
            return NOWHERE;
        }
        if (key.until(state) <= least) {
            boolean deleted = false;
            for (int later = state + 1; later <= key.stateAt(least); later++) {
                deleted |= key.isAbsent(later);
            }
            Violation stale = last ? Violation.LOST : Violation.WRONG_ANSWERS;
            say(deleted ? Violation.RESURRECTED : stale, read, "that was over by offset " + least);
            return NOWHERE;
        }
        return Math.max(least, key.from(state));
    }

    private long absent(Operation read, long least, long most, boolean last) {
        for (int state = key.stateAt(least); state <= key.last(); state++) {
            long place = Math.max(least, key.from(state));
            if (place >= most) {
                break;
            }
            if (key.isAbsent(state)) {
                return place;
            }
        }
        say(
                last ? Violation.LOST : Violation.WRONG_ANSWERS,
                read,
                "there was a value all the time from offset " + least + " on");
        return NOWHERE;
    }

    private void say(Violation violation, Operation read, String what) {
        findings.add(
                violation,
                "operation %d, a %s read of '%s', found %s: %s",
                read.number(),
                kind(read),
                name,
                read.answer(),
                what);
    }

    private String kind(Operation read) {
        Ask.ReadKey ask = (Ask.ReadKey) read.ask();
        String when = ask.last() ? "last " : "";
        if (ask.strong()) {
            return when + "strong";
        }
        return when + (stable == StableTimes.NONE ? "live" : "live, since jobs went back last,");
    }

    /** What was done, given out once its time has come. */
    private static final class Waiting {
        private final PriorityQueue<Done> byEnd =
                new PriorityQueue<>(Comparator.comparingLong(Done::ended));
        private long place = -1;

        void add(Done done) {
            byEnd.add(done);
        }

        List<Done> endedBefore(long moment) {
            List<Done> ended = new ArrayList<>();
            while (!byEnd.isEmpty() && byEnd.peek().ended() < moment) {
                ended.add(byEnd.poll());
            }
            return ended;
        }

        long placeBefore(long moment) {
            endedBefore(moment).forEach(done -> place = Math.max(place, done.place()));
            return place;
        }
    }
}
