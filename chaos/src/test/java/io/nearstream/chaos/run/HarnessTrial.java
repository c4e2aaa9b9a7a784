package io.nearstream.chaos.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.FaultKind.Lane;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Machine;
import io.nearstream.chaos.fault.NetInjector;
import io.nearstream.chaos.fault.NodeInjector;
import io.nearstream.chaos.load.LoadOptions;
import io.nearstream.chaos.net.TcpProxy;
import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import io.nearstream.client.VectorUpsert;
import io.nearstream.testing.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** TaskManagers die, the network is bad and input is unkind, and every count stays at zero. */
@Timeout(300)
class HarnessTrial {
    private static final Logger LOG = LoggerFactory.getLogger(HarnessTrial.class);
    private static final Duration LENGTH = Duration.ofSeconds(50);
    private static final Duration SHORT = Duration.ofSeconds(25);
    private static final Duration LIVE_LAG = Duration.ofSeconds(60);

    @TempDir private Path dir;

    @Test
    void whatIsWrongIsFoundAndNothingElse() {
        Property.holds(1, this::run);
    }

    private void run(SplittableRandom random) throws Exception {
        try (EmbeddedTarget target = EmbeddedTarget.start(dir.resolve("system"), random)) {
            NetInjector network =
                    new NetInjector(
                            Map.<String, Supplier<? extends Collection<TcpProxy>>>of(
                                    "clients and broker", target::proxies));
            Report report =
                    run(
                            random.nextLong(),
                            LENGTH,
                            target,
                            EnumSet.allOf(FaultKind.class),
                            List.of(new NodeInjector(target), network));
            assertThat(report.passed()).as(report.toTable()).isTrue();
            assertThat(report.exitCode()).isZero();
            assertThat(lanes(report)).contains(Lane.NODES, Lane.NETWORK, Lane.INPUT);
            assertThat(report.faultsLeftOut())
                    .containsEntry("partition", "needs root and network namespaces")
                    .containsEntry("kill-broker", "this system offers no way to do it");

            Report wrong =
                    run(
                            random.nextLong(),
                            SHORT,
                            target,
                            Set.of(FaultKind.NET_DELAY),
                            List.of(new Intruder(target)));
            assertThat(wrong.phantoms()).as(wrong.toTable()).isPositive();
            assertThat(wrong.exitCode()).isEqualTo(1);
            assertThat(wrong.lost() + wrong.duplicates() + wrong.corrupt() + wrong.wrongAnswers())
                    .as(wrong.toTable())
                    .isZero();
        }
    }

    private Report run(
            long seed,
            Duration length,
            EmbeddedTarget target,
            Set<FaultKind> faults,
            List<Injector> injectors)
            throws IOException, InterruptedException {
        // Not with the system's directory: whoever looks for what went wrong needs it.
        Path journals = Files.createDirectories(Path.of("target", "chaos"));
        Harness.Options options =
                new Harness.Options(
                        seed,
                        length,
                        faults,
                        journals.resolve(Long.toHexString(seed) + ".jsonl"),
                        LoadOptions.DEFAULT,
                        "test",
                        LIVE_LAG);
        LOG.info("The journal is {}.", options.journal());
        Machine bare = new Machine(Set.of());
        return new Harness(options, target, bare, injectors, LOG::info).run();
    }

    private static Set<Lane> lanes(Report report) {
        return report.faultsInjected().keySet().stream()
                .flatMap(key -> FaultKind.parse(key).stream())
                .map(FaultKind::lane)
                .collect(Collectors.toSet());
    }

    /** Instead of a bad network: somebody who writes to the run's collection behind its back. */
    private record Intruder(EmbeddedTarget target) implements Injector {
        @Override
        public Set<FaultKind> kinds() {
            return Set.of(FaultKind.NET_DELAY);
        }

        @Override
        public void begin(Fault fault) throws Exception {
            try (NearstreamClient client = NearstreamClient.connect(target.bootstrap())) {
                for (CollectionInfo collection : client.collections().list()) {
                    byte[] vector = new byte[collection.settings().vectorBytes()];
                    client.writer()
                            .upsert(VectorUpsert.of(collection.settings(), "intruder", vector))
                            .get();
                }
            }
        }

        @Override
        public void end(Fault fault) {
            // What is written stays.
        }
    }
}
