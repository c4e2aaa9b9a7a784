package io.nearstream.chaos.history;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The journals of one run as one history: that of the harness, and those of clients that were
 * processes of their own, which are small enough to be in memory. A client that was killed leaves a
 * journal whose last line may be cut off and whose last operations have no end. Thread-safe.
 */
public final class MergedHistory implements History {
    /** Numbers of operations that a client's journal has for itself. */
    public static final long NUMBERS_EACH = 1_000_000_000L;

    private final JournalReader main;
    private final List<JournalReader> clients;

    private MergedHistory(JournalReader main, List<JournalReader> clients) {
        this.main = main;
        this.clients = clients;
    }

    /**
     * The journal that a client process writes.
     *
     * @param run the journal of the run
     * @param start 1 for the first of all starts of clients; its numbers begin at {@link
     *     #NUMBERS_EACH} times this
     */
    public static Path ofClient(Path run, int start) {
        return run.resolveSibling("%s.client-%d".formatted(run.getFileName(), start));
    }

    /**
     * Opens the journal of a run with all that lie beside it. A client that was killed before it
     * had written its first line did nothing.
     *
     * @throws UncheckedIOException if a file cannot be read, or is no journal
     */
    public static MergedHistory open(Path run) {
        List<JournalReader> clients = new ArrayList<>();
        String prefix = run.getFileName() + ".client-";
        try (Stream<Path> files = Files.list(run.toAbsolutePath().getParent())) {
            for (Path file :
                    files.filter(each -> each.getFileName().toString().startsWith(prefix))
                            .sorted()
                            .toList()) {
                if (hasLine(file)) {
                    clients.add(JournalReader.open(file));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new MergedHistory(JournalReader.open(run), List.copyOf(clients));
    }

    private static boolean hasLine(Path file) throws IOException {
        try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file))) {
            int one = bytes.read();
            while (one >= 0 && one != '\n') {
                one = bytes.read();
            }
            return one == '\n';
        }
    }

    @Override
    public Subject subject() {
        return main.subject();
    }

    @Override
    public void forEach(Consumer<Operation> visitor) {
        List<Operation> others = new ArrayList<>();
        clients.forEach(client -> client.forEach(others::add));
        others.sort(Comparator.comparingLong(Operation::ended));
        Merge merge = new Merge(others.iterator(), visitor);
        main.forEach(merge);
        merge.rest();
    }

    /** Lets the others in before each that ended later. */
    private static final class Merge implements Consumer<Operation> {
        private final Iterator<Operation> others;
        private final Consumer<Operation> visitor;
        private Operation next;

        Merge(Iterator<Operation> others, Consumer<Operation> visitor) {
            this.others = others;
            this.visitor = visitor;
            advance();
        }

        private void advance() {
            next = others.hasNext() ? others.next() : null;
        }

        @Override
        public void accept(Operation operation) {
            while (next != null && next.ended() < operation.ended()) {
                visitor.accept(next);
                advance();
            }
            visitor.accept(operation);
        }

        void rest() {
            while (next != null) {
                visitor.accept(next);
                advance();
            }
        }
    }

    /** Only the harness looks. */
    @Override
    public void forEachLook(Consumer<Look> visitor) {
        main.forEachLook(visitor);
    }
}
