package io.nearstream.chaos.load;

import io.nearstream.chaos.fault.Fault;
import io.nearstream.chaos.fault.FaultKind;
import io.nearstream.chaos.fault.Injector;
import io.nearstream.chaos.fault.Target;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Journal;
import io.nearstream.core.model.CollectionSettings;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;

/** Bad and unkind input: what needs nothing of the system but its topics. */
public final class InputInjector implements Injector {
    private static final Set<FaultKind> KINDS =
            EnumSet.range(FaultKind.POISON, FaultKind.BACK_PRESSURE);

    /** What undoes a fault. */
    private interface Undo {
        void run() throws Exception;
    }

    private final Target target;
    private final Load load;
    private final Journal journal;
    private final CollectionSettings collection;
    private final History.Subject subject;
    private final Map<FaultKind, Undo> inForce = new ConcurrentHashMap<>();

    public InputInjector(
            Target target,
            Load load,
            Journal journal,
            CollectionSettings collection,
            History.Subject subject) {
        this.target = target;
        this.load = load;
        this.journal = journal;
        this.collection = collection;
        this.subject = subject;
    }

    @Override
    public Set<FaultKind> kinds() {
        return KINDS;
    }

    @Override
    public void begin(Fault fault) {
        SplittableRandom random = new SplittableRandom(fault.seed());
        switch (fault.kind()) {
            case HOT_KEYS -> {
                load.setHot(true);
                inForce.put(fault.kind(), () -> load.setHot(false));
            }
            case BACK_PRESSURE -> {
                load.setFactor(random.nextDouble(1.5, 3));
                inForce.put(fault.kind(), () -> load.setFactor(1));
            }
            case ZOMBIE_PRODUCER -> {
                Zombie zombie = new Zombie(target.bootstrap(), journal, collection, content());
                inForce.put(fault.kind(), zombie::fence);
                zombie.write(random, load.recent());
            }
            default -> {
                BadInput input = new BadInput(target.bootstrap(), collection, subject);
                Repeats repeats = new Repeats(load, journal, collection, content());
                Flow flow =
                        new Flow(
                                fault.kind().key(),
                                () -> {
                                    switch (fault.kind()) {
                                        case POISON -> input.poison(random);
                                        case OVERSIZED -> input.oversized(random);
                                        default -> repeats.send(random);
                                    }
                                });
                inForce.put(
                        fault.kind(),
                        () -> {
                            flow.stop();
                            input.close();
                        });
                flow.start();
            }
        }
    }

    private Content content() {
        return new Content(subject.seed());
    }

    @Override
    public void end(Fault fault) throws Exception {
        Undo undo = inForce.remove(fault.kind());
        if (undo != null) {
            undo.run();
        }
    }
}
