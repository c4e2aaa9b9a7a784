package io.nearstream.chaos.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The history that a {@link Journal} has written. Each visit reads the file once more; in memory
 * are only the operations that are open at a time. A last line that is cut off, by a kill in the
 * middle of it, is left out. Thread-safe.
 */
public final class JournalReader implements History {
    private final Path path;
    private final Subject subject;

    private JournalReader(Path path, Subject subject) {
        this.path = path;
        this.subject = subject;
    }

    /**
     * Opens a journal.
     *
     * @throws UncheckedIOException if the file cannot be read, or is no journal
     */
    public static JournalReader open(Path path) {
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            String first = lines.readLine();
            if (first != null && parse(path, 1, first) instanceof Line.Start start) {
                return new JournalReader(path, start.subject());
            }
            throw new IOException("%s does not begin as a journal does.".formatted(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Subject subject() {
        return subject;
    }

    @Override
    public void forEach(Consumer<Operation> visitor) {
        Map<Long, Line.Begin> open = new LinkedHashMap<>();
        forEachLine(
                line -> {
                    if (line instanceof Line.Begin begin) {
                        open.put(begin.number(), begin);
                    } else if (line instanceof Line.End end) {
                        visitor.accept(ended(open.remove(end.number()), end));
                    }
                });
        open.values().forEach(one -> visitor.accept(open(one)));
    }

    private Operation ended(Line.Begin begin, Line.End end) {
        if (begin == null) {
            throw new IllegalStateException(
                    "%s: operation %d ends twice, or before it begins."
                            .formatted(path, end.number()));
        }
        return new Operation(begin.number(), begin.at(), end.at(), begin.what(), end.answer());
    }

    private static Operation open(Line.Begin begin) {
        return Operation.open(begin.number(), begin.at(), begin.what());
    }

    @Override
    public void forEachLook(Consumer<Look> visitor) {
        forEachLine(
                line -> {
                    if (line instanceof Line.Looked looked) {
                        visitor.accept(looked.look());
                    }
                });
    }

    private void forEachLine(Consumer<Line> visitor) {
        try (BufferedReader lines = Files.newBufferedReader(path)) {
            long number = 0;
            String line = lines.readLine();
            while (line != null) {
                number++;
                String next = lines.readLine();
                if (next != null || endsWithLine()) {
                    visitor.accept(parse(path, number, line));
                }
                line = next;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean endsWithLine() throws IOException {
        try (SeekableByteChannel file = Files.newByteChannel(path)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            file.position(file.size() - 1).read(last);
            return last.get(0) == '\n';
        }
    }

    private static Line parse(Path path, long number, String line) throws IOException {
        try {
            return Line.JSON.readValue(line, Line.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "Line %d of %s is none of a journal: %s"
                            .formatted(number, path, e.getOriginalMessage()),
                    e);
        }
    }
}
