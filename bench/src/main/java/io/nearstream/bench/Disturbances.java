package io.nearstream.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import io.nearstream.embedded.CheckpointTime;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.HdrHistogram.Histogram;

/**
 * What else went on while probes were measured: checkpoints of both jobs, and pauses of this JVM's
 * collector. They are an aid to explain slow probes. Close it; thread-safe.
 */
public final class Disturbances implements AutoCloseable {
    private static final int DIGITS = 3;

    /** Collectors that work beside the threads are named so; their time is no pause. */
    private static final String CONCURRENT = "Concurrent";

    private final BenchCluster cluster;
    private final NotificationListener listener = this::collected;
    private final List<Span> pauses = new ArrayList<>();

    /** Of the wall clock, milliseconds since 1970. */
    private record Span(long from, long to) {
        boolean meets(long start, long end) {
            return from <= end && start <= to;
        }

        long millis() {
            return to - from;
        }
    }

    /**
     * A probe.
     *
     * @param dueAt when it was to be sent, of {@link System#nanoTime}
     * @param answeredAt the same clock
     */
    record Probed(long dueAt, long answeredAt) {}

    /**
     * What went on in a time.
     *
     * @param pauses of the collector
     * @param longestPauseMs the longest of them, milliseconds
     * @param checkpoints of both jobs that were under way at some moment
     * @param longestCheckpointMs the longest of them, milliseconds
     * @param calm latency of the probes that met neither
     */
    public record Seen(
            int pauses,
            long longestPauseMs,
            int checkpoints,
            long longestCheckpointMs,
            Percentiles calm) {
        Map<String, Object> document() {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("gc_pauses", pauses);
            document.put("gc_pause_max_ms", longestPauseMs);
            document.put("checkpoints", checkpoints);
            document.put("checkpoint_max_ms", longestCheckpointMs);
            document.put("latency_ms_without_either", calm.document());
            return document;
        }
    }

    Disturbances(BenchCluster cluster) {
        this.cluster = cluster;
        emitters().forEach(each -> each.addNotificationListener(listener, null, null));
    }

    private static List<NotificationEmitter> emitters() {
        List<NotificationEmitter> emitters = new ArrayList<>();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (!collector.getName().contains(CONCURRENT)
                    && collector instanceof NotificationEmitter emitter) {
                emitters.add(emitter);
            }
        }
        return emitters;
    }

    private void collected(Notification notification, Object nothing) {
        if (notification
                .getType()
                .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GcInfo info =
                    GarbageCollectionNotificationInfo.from(
                                    (CompositeData) notification.getUserData())
                            .getGcInfo();
            long started = ManagementFactory.getRuntimeMXBean().getStartTime();
            synchronized (pauses) {
                pauses.add(new Span(started + info.getStartTime(), started + info.getEndTime()));
            }
        }
    }

    /** What went on from the first of these probes to the last. */
    Seen during(List<Probed> probes) {
        long wallMinusNanos =
                TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
        long from = probes.stream().mapToLong(Probed::dueAt).min().orElse(0);
        long to = probes.stream().mapToLong(Probed::answeredAt).max().orElse(0);
        List<Span> collections =
                within(pauses(), millis(from, wallMinusNanos), millis(to, wallMinusNanos));
        List<Span> checkpoints =
                within(checkpoints(), millis(from, wallMinusNanos), millis(to, wallMinusNanos));
        Histogram calm = new Histogram(DIGITS);
        for (Probed probe : probes) {
            long start = millis(probe.dueAt, wallMinusNanos);
            long end = millis(probe.answeredAt, wallMinusNanos);
            if (within(collections, start, end).isEmpty()
                    && within(checkpoints, start, end).isEmpty()) {
                calm.recordValue(TimeUnit.NANOSECONDS.toMicros(probe.answeredAt - probe.dueAt));
            }
        }
        return new Seen(
                collections.size(),
                longest(collections),
                checkpoints.size(),
                longest(checkpoints),
                Percentiles.of(calm));
    }

    private static long millis(long nanoTime, long wallMinusNanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanoTime + wallMinusNanos);
    }

    private List<Span> pauses() {
        synchronized (pauses) {
            return List.copyOf(pauses);
        }
    }

    private List<Span> checkpoints() {
        List<Span> spans = new ArrayList<>();
        for (CheckpointTime each : cluster.checkpoints()) {
            spans.add(new Span(each.triggeredAt(), each.triggeredAt() + each.durationMs()));
        }
        return spans;
    }

    private static List<Span> within(List<Span> spans, long from, long to) {
        return spans.stream().filter(span -> span.meets(from, to)).toList();
    }

    private static long longest(List<Span> spans) {
        return spans.stream().mapToLong(Span::millis).max().orElse(0);
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters()) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException gone) {
                throw new IllegalStateException("A listener was removed by someone else.", gone);
            }
        }
    }
}
