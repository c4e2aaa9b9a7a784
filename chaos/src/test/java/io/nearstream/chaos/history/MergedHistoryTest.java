package io.nearstream.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.testing.Property;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MergedHistoryTest {
    private static final History.Subject SUBJECT = new History.Subject(7, "c", "k-");

    private final AtomicLong clock = new AtomicLong();

    @TempDir private Path dir;

    @Test
    void operationsOfAllJournalsComeInTheOrderOfTheirEnds() {
        Property.holds(random -> check(random, dir.resolve("run-" + clock.get())));
    }

    private void check(SplittableRandom random, Path run) throws Exception {
        List<Operation> expected = new ArrayList<>();
        List<Journal> journals = new ArrayList<>(List.of(Journal.create(run, SUBJECT, this::now)));
        for (int start = 1; start <= random.nextInt(3); start++) {
            journals.add(client(run, start));
        }
        for (int i = 0; i < 50; i++) {
            Journal journal = journals.get(random.nextInt(journals.size()));
            Journal.Begun begun = journal.begin(new Ask.DeleteVector("id"));
            long began = clock.get();
            if (random.nextInt(5) > 0) {
                journal.end(begun, new Answer.Absent());
                expected.add(
                        new Operation(
                                begun.number(),
                                began,
                                clock.get(),
                                begun.ask(),
                                new Answer.Absent()));
            } else {
                expected.add(Operation.open(begun.number(), began, begun.ask()));
            }
        }
        journals.forEach(Journal::close);

        List<Operation> merged = new ArrayList<>();
        MergedHistory.open(run).forEach(merged::add);
        assertThat(merged).isSortedAccordingTo(Comparator.comparingLong(Operation::ended));
        assertThat(merged).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(merged.stream().map(Operation::number)).doesNotHaveDuplicates();
    }

    private long now() {
        return clock.incrementAndGet();
    }

    private Journal client(Path run, int start) {
        return Journal.create(
                MergedHistory.ofClient(run, start),
                SUBJECT,
                this::now,
                start * MergedHistory.NUMBERS_EACH);
    }

    /** Wherever the kill cut its journal off, also within the first line. */
    @Test
    void aClientThatWasKilledHasDoneWhatItWroteDown() throws Exception {
        Path run = dir.resolve("run");
        Journal.create(run, SUBJECT, this::now).close();
        try (Journal client = client(run, 1)) {
            client.begin(new Ask.DeleteVector("a"));
            client.end(client.begin(new Ask.DeleteVector("b")), new Answer.Absent());
        }
        Path file = MergedHistory.ofClient(run, 1);
        byte[] whole = Files.readAllBytes(file);
        int[] ends = IntStream.range(0, whole.length).filter(i -> whole[i] == '\n').toArray();
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            int upTo = length;
            int lines = (int) IntStream.of(ends).filter(end -> end < upTo).count();
            List<Operation> read = new ArrayList<>();
            MergedHistory.open(run).forEach(read::add);
            // Line 1 says what the run is about, 2 and 3 begin an operation, 4 ends the second.
            assertThat(read).as("%d bytes", length).hasSize(Math.min(2, Math.max(0, lines - 1)));
            assertThat(read.stream().filter(one -> one.ended() != Operation.NEVER))
                    .hasSize(lines == 4 ? 1 : 0);
        }
    }
}
