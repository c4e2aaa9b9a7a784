package io.nearstream.bench.power;

import java.io.IOException;
import java.io.Reader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a plug that prints what it measures, a number of watts in a line, perhaps with {@code W}
 * behind it, and gives each line the time at which it came. The first line may be the rest of a
 * longer one and is left out. What is no number is counted; too many of them are an error.
 *
 * @param readings in the order of time
 * @param ignored lines behind the first that were no numbers, at most {@value #IGNORED_MAX}
 */
public record SerialMeter(List<Reading> readings, int ignored) {
    /** Noise on a line is rare; more than this is another format or another speed. */
    static final int IGNORED_MAX = 20;

    private static final int QUEUE_MAX = 1_000;

    /** No number is as long as this; where no line ever ends, that must not fill the memory. */
    private static final int LINE_MAX = 100;

    private static final Pattern LINE = Pattern.compile("\\s*(\\S+?)\\s*[Ww]?\\s*");

    public SerialMeter {
        readings = List.copyOf(readings);
    }

    /** A line and when it came; or the end, or what ended the reading. */
    private record Event(Instant at, Optional<String> line, Optional<IOException> failure) {}

    /**
     * Reads until the input ends or the time is over. A plug that falls silent is waited for until
     * then; a thread may stay behind in its last read, which does not keep the process alive.
     *
     * @param name of the device, for messages
     * @param in its lines, buffered; the caller closes it
     * @param clock that gives the times
     * @param atMost above 0
     * @throws IOException when reading fails, or the lines are no numbers; names device and line
     */
    public static SerialMeter read(String name, Reader in, Clock clock, Duration atMost)
            throws IOException, InterruptedException {
        BlockingQueue<Event> events = new ArrayBlockingQueue<>(QUEUE_MAX);
        Thread reader = new Thread(() -> readLines(in, clock, events), "power-serial");
        reader.setDaemon(true);
        Instant end = clock.instant().plus(atMost);
        reader.start();
        try {
            return collect(name, events, clock, end);
        } finally {
            reader.interrupt();
        }
    }

    private static void readLines(Reader in, Clock clock, BlockingQueue<Event> events) {
        try {
            try {
                Optional<String> line;
                do {
                    line = nextLine(in);
                    events.put(new Event(clock.instant(), line, Optional.empty()));
                } while (line.isPresent());
            } catch (IOException failure) {
                events.put(new Event(clock.instant(), Optional.empty(), Optional.of(failure)));
            }
        } catch (InterruptedException nobodyWaitsAnyMore) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next line, of which only the beginning is kept; none at the end. */
    private static Optional<String> nextLine(Reader in) throws IOException {
        StringBuilder line = new StringBuilder();
        int character = in.read();
        if (character < 0) {
            return Optional.empty();
        }
        while (character >= 0 && character != '\n') {
            if (line.length() < LINE_MAX) {
                line.append((char) character);
            }
            character = in.read();
        }
        return Optional.of(line.toString());
    }

    private static SerialMeter collect(
            String name, BlockingQueue<Event> events, Clock clock, Instant end)
            throws IOException, InterruptedException {
        List<Reading> readings = new ArrayList<>();
        int ignored = 0;
        int number = 0;
        while (true) {
            long left = Duration.between(clock.instant(), end).toMillis();
            Event event = left <= 0 ? null : events.poll(left, TimeUnit.MILLISECONDS);
            if (event == null || event.at().isAfter(end)) {
                return new SerialMeter(readings, ignored);
            }
            if (event.failure().isPresent()) {
                throw new IOException(
                        "%s: reading failed behind line %d: %s."
                                .formatted(name, number, event.failure().get().getMessage()),
                        event.failure().get());
            }
            if (event.line().isEmpty()) {
                return new SerialMeter(readings, ignored);
            }
            number++;
            if (number == 1) {
                continue;
            }
            Optional<Double> watts = watts(event.line().get());
            if (watts.isEmpty()) {
                ignored++;
                requireNumbers(name, number, ignored, event.line().get());
            } else if (isLater(event.at(), readings)) {
                add(name, readings, new Reading(event.at(), watts.get()));
            }
        }
    }

    private static void requireNumbers(String name, int number, int ignored, String line)
            throws IOException {
        if (ignored > IGNORED_MAX) {
            throw new IOException(
                    "%s: line %d: watts must be a number between 0 and %.0f, but was '%s', as were %d lines before; is the speed of the line right (stty)?"
                            .formatted(
                                    name,
                                    number,
                                    Reading.WATTS_MAX,
                                    line.replaceAll("\\p{Cntrl}", "?"),
                                    ignored - 1));
        }
    }

    private static void add(String name, List<Reading> readings, Reading reading)
            throws IOException {
        if (readings.size() == MeterFile.READINGS_MAX) {
            throw new IOException(
                    "%s: %d readings are the most that are kept: measure for a shorter time."
                            .formatted(name, MeterFile.READINGS_MAX));
        }
        readings.add(reading);
    }

    /** Lines that lay in a buffer come at the same moment; the first one stands for them. */
    private static boolean isLater(Instant at, List<Reading> readings) {
        return readings.isEmpty() || readings.get(readings.size() - 1).at().isBefore(at);
    }

    /** The watts of a line. */
    static Optional<Double> watts(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return MeterText.number(matcher.group(1), true)
                .map(Number::doubleValue)
                .filter(Reading::isPower);
    }
}
