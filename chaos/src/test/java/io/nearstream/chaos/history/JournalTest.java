package io.nearstream.chaos.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final History.Subject SUBJECT = new History.Subject(7, "c", "k-");

    private final AtomicLong clock = new AtomicLong();

    @TempDir private Path dir;

    @Test
    void whatWasWrittenIsReadInTheOrderOfItsEnds() {
        Path path = dir.resolve("journal");
        List<Operation> expected = new ArrayList<>();
        try (Journal journal = open(path)) {
            Journal.Begun lost = journal.begin(new Ask.DeleteVector("lost"));
            List<Journal.Begun> begun = asks().stream().map(journal::begin).toList();
            for (int i = begun.size() - 1; i >= 0; i--) {
                journal.end(begun.get(i), answers().get(i));
                Journal.Begun one = begun.get(i);
                expected.add(
                        new Operation(
                                one.number(),
                                one.number(),
                                clock.get(),
                                one.ask(),
                                answers().get(i)));
            }
            journal.look(3);
            expected.add(Operation.open(lost.number(), 1, lost.ask()));
        }
        JournalReader reader = JournalReader.open(path);
        assertThat(reader.subject()).isEqualTo(SUBJECT);
        assertThat(read(reader)).isEqualTo(expected);
        List<History.Look> looks = new ArrayList<>();
        reader.forEachLook(looks::add);
        assertThat(looks).containsExactly(new History.Look(clock.get(), 3));
    }

    private static List<Ask> asks() {
        return List.of(
                new Ask.PutVector("a"),
                new Ask.RepeatVector("a", 1),
                new Ask.Search(List.of(5L, -6L), 10, true, 99, false),
                new Ask.Fetch(List.of("a", "b"), 99, true),
                new Ask.WriteKey("k-1", true, "absent"),
                new Ask.WriteKey("k-2", false, ""),
                new Ask.ReadKey("k-1", true, false),
                new Ask.ReadKey("k-2", false, true),
                new Ask.ReadKey("k-3", false, true));
    }

    private static List<Answer> answers() {
        Position at = new Position(1, 2);
        Answer.Hit bare = new Answer.Hit("a", 0.5, at, null, null);
        Answer.Hit whole = new Answer.Hit("b", 1.5, at, 3L, -4L);
        return List.of(
                new Answer.Acked(at, 5),
                new Answer.Unknown("late"),
                new Answer.Found(
                        true,
                        98,
                        List.of(
                                new Answer.Hits(List.of(bare, whole), true),
                                new Answer.Hits(List.of(), false))),
                new Answer.Found(false, 0, List.of()),
                new Answer.Written(true, at),
                new Answer.Written(false, null),
                new Answer.Value(at, 4, 5),
                new Answer.Absent(),
                new Answer.NotDone("busy"));
    }

    @Test
    void whatAKillCutsOffIsLeftOut() throws Exception {
        Path path = dir.resolve("journal");
        try (Journal journal = open(path)) {
            journal.end(
                    journal.begin(new Ask.PutVector("a")), new Answer.Acked(new Position(0, 0), 1));
            journal.begin(new Ask.PutVector("b"));
        }
        byte[] whole = Files.readAllBytes(path);
        for (int cut = 1; cut < 40; cut++) {
            Files.write(path, Arrays.copyOf(whole, whole.length - cut));
            assertThat(read(JournalReader.open(path))).as("%d bytes cut", cut).hasSize(1);
        }
    }

    @Test
    void aBrokenLineIsAnError() throws Exception {
        Path path = dir.resolve("journal");
        open(path).close();
        Files.writeString(path, Files.readString(path) + "nonsense\n");
        assertThatThrownBy(() -> read(JournalReader.open(path)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("Line 2 of " + path);
    }

    @Test
    void noJournalIsWrittenOver() {
        Path path = dir.resolve("journal");
        open(path).close();
        assertThatThrownBy(() -> open(path)).hasCauseInstanceOf(FileAlreadyExistsException.class);
    }

    private Journal open(Path path) {
        return Journal.create(path, SUBJECT, clock::incrementAndGet);
    }

    private static List<Operation> read(History history) {
        List<Operation> read = new ArrayList<>();
        history.forEach(read::add);
        return read;
    }
}
