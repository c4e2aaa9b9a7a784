package io.nearstream.chaos.run;

import io.nearstream.chaos.check.Checker;
import io.nearstream.chaos.check.Findings;
import io.nearstream.chaos.check.WrittenLog;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.FaultRunner;
import io.nearstream.chaos.fault.FaultRunner.Injected;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.MemoryUse;
import io.nearstream.chaos.fault.Schedule;
import io.nearstream.chaos.fault.Selection;
import io.nearstream.chaos.fault.Target;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.chaos.history.MergedHistory;
import io.nearstream.chaos.load.InputInjector;
import io.nearstream.chaos.load.Load;
import io.nearstream.chaos.load.LoadOptions;
import io.nearstream.client.KeyValueReader;
import io.nearstream.client.LiveReadOptions;
import io.nearstream.client.NearstreamClient;
import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * One run: load, faults by schedule, quiet, a last look at everything, and the verdict. The system
 * must be running, and is left running. Not thread-safe.
 */
public final class Harness {
    private static final Duration CALM = Duration.ofSeconds(5);
    private static final Duration HEALTHY_WITHIN = Duration.ofSeconds(60);
    private static final Duration LOOK_PATIENCE = Duration.ofMinutes(3);
    private static final Duration LOG_PATIENCE = Duration.ofMinutes(2);
    private static final long POLL_MS = 200;
    private static final double NANOS = 1e9;
    private static final int TRAIN_AFTER = 2_000;
    private static final int CELLS = 32;
    private static final double TARGET_RECALL = 0.95;

    /**
     * What is run.
     *
     * @param seed of the load, its content and the schedule
     * @param length of load and faults, at least 10 s
     * @param faults that may come, if the machine and the system allow them
     * @param journal the file to write, which must not exist
     * @param load how much load there is
     * @param commit of the build, for the report
     * @param liveLag how long a job that went back may need until live reads show again what it had
     *     done
     */
    public record Options(
            long seed,
            Duration length,
            Collection<FaultKind> faults,
            Path journal,
            LoadOptions load,
            String commit,
            Duration liveLag) {}

    private final Options options;
    private final Target target;
    private final Machine machine;
    private final List<Injector> injectors;
    private final Consumer<String> progress;
    private final History.Subject subject;
    private final List<String> failures = new ArrayList<>();

    /**
     * Not yet running.
     *
     * @param injectors of all faults but those of input, which every system takes
     * @param progress is told, line by line, what is going on
     */
    public Harness(
            Options options,
            Target target,
            Machine machine,
            List<Injector> injectors,
            Consumer<String> progress) {
        this.options = options;
        this.target = target;
        this.machine = machine;
        this.injectors = new ArrayList<>(injectors);
        this.progress = progress;
        String name = "chaos-%016x-%x".formatted(options.seed(), System.currentTimeMillis());
        this.subject = new History.Subject(options.seed(), name, name + "/");
    }

    /** Runs it, and judges. */
    public Report run() throws InterruptedException {
        Map<TopicPartition, Long> starts = LogReader.ends(target.bootstrap());
        CollectionSettings collection;
        try (NearstreamClient client = Load.connect(target, options.load().deadline())) {
            collection = client.collections().create(collection());
        }
        try (Journal journal = Journal.create(options.journal(), subject, System::nanoTime)) {
            try (Load load =
                    Load.start(
                            options.load(), target, journal, subject, collection, options.seed())) {
                target.clientsBegin(options.journal());
                failures.addAll(WarmUp.of(load, progress));
                MemoryCheck memory = MemoryCheck.begin(target);
                long began = System.nanoTime();
                injectors.add(new InputInjector(target, load, journal, collection, subject));
                Selection selection =
                        Selection.of(options.faults(), machine, injectors, target.nodes());
                List<Injected> injected = inject(selection, journal);
                double healthyAfter = awaitHealthy();
                TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
                long ended = System.nanoTime();
                progress.accept("Load ends; waiting for what is on its way.");
                load.stop();
                target.clientsEnd().ifPresent(failures::add);
                Map<String, Optional<MemoryUse>> after = target.memory();
                failures.addAll(memory.grown(after));
                Report.Run run =
                        new Report.Run(
                                options.seed(),
                                options.length().toMillis() / 60e3,
                                options.commit(),
                                injected,
                                selection.leftOut(),
                                load.renewals(),
                                healthyAfter,
                                memory.told(after));
                return judge(run, journal, starts, began, ended);
            }
        }
    }

    private CollectionSettings collection() {
        return new CollectionSettings(
                subject.collection(),
                1,
                Content.DIMENSIONS,
                Metric.L2,
                Encoding.UINT8,
                BucketScheme.LEARNED,
                0,
                0,
                options.seed(),
                TARGET_RECALL,
                TRAIN_AFTER,
                CELLS);
    }

    private List<Injected> inject(Selection selection, Journal journal)
            throws InterruptedException {
        selection
                .leftOut()
                .forEach(
                        (kind, why) ->
                                progress.accept("Left out: %s (%s)".formatted(kind.key(), why)));
        Schedule schedule =
                Schedule.draw(options.seed(), options.length(), selection.kinds(), target.nodes());
        progress.accept("Schedule of seed %d:".formatted(options.seed()));
        schedule.toString().lines().forEach(progress);
        FaultRunner runner =
                new FaultRunner(schedule, options.length(), injectors, System::nanoTime, progress);
        long start = System.nanoTime();
        List<Injected> injected;
        try (Looker looker = new Looker(target, runner, journal)) {
            looker.start();
            injected = runner.run();
            long left = start + options.length().toNanos() - System.nanoTime();
            TimeUnit.NANOSECONDS.sleep(left);
        }
        for (Injected one : injected) {
            if (!one.notUndone().isEmpty()) {
                failures.add("could not be undone: %s: %s".formatted(one.fault(), one.notUndone()));
            }
        }
        return injected;
    }

    /** Seconds until the system was healthy. */
    private double awaitHealthy() throws InterruptedException {
        long start = System.nanoTime();
        List<String> problems = target.problems();
        while (!problems.isEmpty()) {
            if (System.nanoTime() - start > HEALTHY_WITHIN.toNanos()) {
                failures.add(
                        "not healthy %s after the last fault: %s"
                                .formatted(HEALTHY_WITHIN, problems));
                break;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
            problems = target.problems();
        }
        return (System.nanoTime() - start) / NANOS;
    }

    private Report judge(
            Report.Run run,
            Journal journal,
            Map<TopicPartition, Long> starts,
            long began,
            long ended)
            throws InterruptedException {
        progress.accept("Reading the log, then looking at everything once more.");
        History history = MergedHistory.open(options.journal());
        WrittenLog log = LogReader.read(target.bootstrap(), starts, subject, LOG_PATIENCE);
        look(journal, history, log);
        progress.accept("Checking.");
        if (journal.failed()) {
            failures.add("the journal could not be written: nothing is proved");
        }
        Findings findings = new Checker(options.liveLag()).check(history, log);
        Service service = Service.of(history, run.injected(), began, ended);
        requireLoad(service, (ended - began) / NANOS);
        return Report.of(run, findings, service, failures);
    }

    private void look(Journal journal, History history, WrittenLog log)
            throws InterruptedException {
        List<String> state = target.stateAddresses();
        try (NearstreamClient client = Load.connect(target, options.load().deadline())) {
            Optional<KeyValueReader> live =
                    state.isEmpty()
                            ? Optional.empty()
                            : Optional.of(client.keyValues().live(LiveReadOptions.of(state)));
            int unanswered =
                    new LastLook(client, journal, subject, LOOK_PATIENCE)
                            .look(
                                    log,
                                    LastLook.names(history, false),
                                    LastLook.names(history, true),
                                    live);
            if (unanswered > 0) {
                failures.add(
                        "%d questions of the last look were not answered".formatted(unanswered));
            }
        }
    }

    private void requireLoad(Service service, double seconds) {
        require(service, Service.VECTOR_WRITES, LoadFloor.VECTOR_WRITES, seconds);
        require(service, Service.KEY_OPERATIONS, LoadFloor.KEY_OPERATIONS, seconds);
        require(service, Service.PROBES, LoadFloor.PROBES, seconds);
    }

    private void require(Service service, String kind, double rate, double seconds) {
        Service.Count count = service.operations().get(kind);
        if (count.attempted() < rate * seconds) {
            failures.add(
                    "%s: %.0f a second must be attempted, but were %.1f"
                            .formatted(kind, rate, count.attempted() / seconds));
        }
        if (count.share() < LoadFloor.ANSWERED) {
            failures.add(
                    "%s: %.0f %% must be answered, but were %.1f %%"
                            .formatted(kind, 100 * LoadFloor.ANSWERED, 100 * count.share()));
        }
    }
}
