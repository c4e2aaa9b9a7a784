package io.nearstream.chaos.check;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.History;
import io.nearstream.chaos.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A small system that is right: calls of many clients begin, have their effect and end in any
 * order, answers are lost, the state behind live reads goes back now and then. Gives the history
 * that its clients see, and the log.
 */
final class SimulatedRun implements History {
    static final int KEYS = 4;
    private static final int IDS = SimulatedSystem.IDS;
    private static final int STEPS = 1_500;
    private static final int OPEN_MAX = 8;
    private static final int K = 4;

    /** A call on its way. */
    private static final class Call {
        final long number;
        final long began;
        final Ask ask;
        boolean done;
        Answer answer = new Answer.Unknown("simulated");

        Call(long number, long began, Ask ask) {
            this.number = number;
            this.began = began;
            this.ask = ask;
        }
    }

    final List<Operation> operations = new ArrayList<>();
    final List<Look> looks = new ArrayList<>();
    final Content content;
    final SimulatedSystem system;

    private final SplittableRandom random;
    private final long seed;
    private final List<Call> open = new ArrayList<>();
    private final List<Call> lost = new ArrayList<>();
    private long now;
    private long acknowledged;
    private long number;
    private long epoch;

    SimulatedRun(SplittableRandom random) {
        this.random = random;
        this.seed = random.nextLong();
        this.content = new Content(seed);
        this.system = new SimulatedSystem(random, content);
        for (int step = 0; step < STEPS; step++) {
            now++;
            step();
        }
        while (!open.isEmpty()) {
            progress();
        }
        lost.forEach(call -> finish(call, false));
        lookAtEverything();
    }

    WrittenLog log() {
        return new WrittenLog(system.vectors, system.keys);
    }

    private void step() {
        int choice = random.nextInt(20);
        if (choice == 0) {
            epoch++;
            system.goBack();
        } else if (choice < 3) {
            looks.add(new Look(now, epoch));
        } else if (choice < 6) {
            system.tick();
        } else if (choice < 12 && open.size() < OPEN_MAX) {
            begin(ask());
        } else if (!open.isEmpty()) {
            progress();
        }
    }

    private Ask ask() {
        String id = "v" + random.nextInt(IDS);
        String key = "k" + random.nextInt(KEYS);
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> new Ask.PutVector(id);
            case 3 -> new Ask.DeleteVector(id);
            case 4 -> repeat(id);
            case 5 -> new Ask.Search(List.of(random.nextLong(9_999)), K, true, acknowledged, false);
            case 6 -> new Ask.Search(List.of(random.nextLong(9_999)), K, false, 0, false);
            case 7 -> new Ask.Fetch(List.of(id, "v0"), acknowledged, false);
            case 8 -> new Ask.Search(List.of(random.nextLong(9_999)), 0, true, 0, false);
            case 9, 10 -> new Ask.WriteKey(key, random.nextInt(4) == 0, condition(key));
            default -> new Ask.ReadKey(key, random.nextBoolean(), false);
        };
    }

    private Ask repeat(String id) {
        List<VectorEntry> puts = system.writesOf(id).stream().filter(e -> !e.delete()).toList();
        return puts.isEmpty()
                ? new Ask.PutVector(id)
                : new Ask.RepeatVector(id, puts.get(random.nextInt(puts.size())).token());
    }

    /** None, absence, or the offset of a value that the key has or had. */
    private String condition(String key) {
        List<KeyEntry> states = system.applied.getOrDefault(key, List.of());
        return switch (random.nextInt(4)) {
            case 0 -> "absent";
            case 1 ->
                    states.isEmpty()
                            ? ""
                            : Long.toString(
                                    states.get(Math.max(0, states.size() - 1 - random.nextInt(2)))
                                            .at()
                                            .offset());
            default -> "";
        };
    }

    private Call begin(Ask ask) {
        now++;
        Call call = new Call(++number, now, ask);
        open.add(call);
        return call;
    }

    private void progress() {
        now++;
        Call call = open.get(random.nextInt(open.size()));
        if (random.nextInt(10) == 0) {
            open.remove(call);
            lost.add(call); // It may yet have its effect, but nobody is told.
        } else if (!call.done) {
            take(call);
        } else {
            open.remove(call);
            finish(call, true);
        }
        if (!lost.isEmpty() && random.nextInt(4) == 0) {
            Call late = lost.get(random.nextInt(lost.size()));
            if (!late.done) {
                take(late);
            }
        }
    }

    private void finish(Call call, boolean told) {
        now++;
        if (told && call.answer instanceof Answer.Acked acked) {
            acknowledged = Math.max(acknowledged, acked.time());
        }
        operations.add(
                told
                        ? new Operation(call.number, call.began, now, call.ask, call.answer)
                        : Operation.open(call.number, call.began, call.ask));
    }

    private void take(Call call) {
        call.done = true;
        call.answer = system.take(call.number, call.ask);
    }

    private void lookAtEverything() {
        List<String> ids = new ArrayList<>();
        List<Long> tokens = new ArrayList<>();
        long asOf = system.allSoFar();
        for (int i = 0; i < IDS; i++) {
            ids.add("v" + i);
            system.live("v" + i).ifPresent(tokens::add);
        }
        last(new Ask.Fetch(ids, asOf, true));
        last(new Ask.Search(tokens, 1, true, asOf, true));
        last(new Ask.Search(List.of(1L), 0, true, asOf, true));
        for (int key = 0; key < KEYS; key++) {
            last(new Ask.ReadKey("k" + key, true, true));
            last(new Ask.ReadKey("k" + key, false, true));
        }
    }

    private void last(Ask ask) {
        Call call = begin(ask);
        open.remove(call);
        take(call);
        finish(call, true);
    }

    @Override
    public Subject subject() {
        return new Subject(seed, "simulated", "k");
    }

    @Override
    public void forEach(Consumer<Operation> visitor) {
        operations.forEach(visitor);
    }

    @Override
    public void forEachLook(Consumer<Look> visitor) {
        looks.forEach(visitor);
    }
}
