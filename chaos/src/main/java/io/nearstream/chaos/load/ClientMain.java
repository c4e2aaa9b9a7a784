package io.nearstream.chaos.load;

import io.nearstream.chaos.fault.Addresses;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.chaos.history.JournalReader;
import io.nearstream.chaos.history.MergedHistory;
import io.nearstream.client.CollectionInfo;
import io.nearstream.client.NearstreamClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A client of a run that is a process of its own, to be killed or stopped. It writes down by itself
 * what it does; whoever started it ends it by closing its input.
 */
public final class ClientMain {
    /** A few operations beside the load: what matters is in which state they are left. */
    private static final LoadOptions OPTIONS =
            new LoadOptions(
                    1,
                    20,
                    20,
                    2,
                    LoadOptions.DEFAULT.ids(),
                    LoadOptions.DEFAULT.keys(),
                    LoadOptions.DEFAULT.k(),
                    LoadOptions.DEFAULT.deadline(),
                    LoadOptions.DEFAULT.renewAfter());

    private static final Duration FIND = Duration.ofSeconds(20);

    private ClientMain() {}

    /** Where a client process finds the system. */
    private record Found(String bootstrap, List<String> stateAddresses) implements Addresses {}

    /**
     * Runs until its input ends.
     *
     * @param args the journal of the run, the number of this start of a client, the broker, and the
     *     addresses of live reads, separated by commas
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path run = Path.of(args[0]);
        int start = Integer.parseInt(args[1]);
        List<String> state = args[3].isEmpty() ? List.of() : List.of(args[3].split(","));
        Found system = new Found(args[2], state);
        History.Subject subject = JournalReader.open(run).subject();
        try (Journal journal =
                        Journal.create(
                                MergedHistory.ofClient(run, start),
                                subject,
                                System::nanoTime,
                                start * MergedHistory.NUMBERS_EACH);
                Load load =
                        Load.start(
                                OPTIONS,
                                system,
                                journal,
                                subject,
                                collection(system, subject).settings(),
                                subject.seed() + start)) {
            System.out.println(ClientProcess.READY);
            int input = System.in.read();
            while (input >= 0) {
                input = System.in.read();
            }
            load.stop();
        }
    }

    private static CollectionInfo collection(Addresses system, History.Subject subject) {
        try (NearstreamClient client = Load.connect(system, FIND)) {
            return client.collections().list().stream()
                    .filter(one -> one.settings().name().equals(subject.collection()))
                    .findFirst()
                    .orElseThrow(
                            () ->
                                    new IllegalStateException(
                                            "There is no collection '%s'."
                                                    .formatted(subject.collection())));
        }
    }
}
