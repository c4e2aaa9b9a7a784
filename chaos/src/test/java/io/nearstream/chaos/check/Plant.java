package io.nearstream.chaos.check;

import static io.nearstream.chaos.check.PlantedHistory.again;
import static io.nearstream.chaos.check.PlantedHistory.before;
import static io.nearstream.chaos.check.PlantedHistory.change;
import static io.nearstream.chaos.check.PlantedHistory.changeHits;
import static io.nearstream.chaos.check.PlantedHistory.fromTheFuture;
import static io.nearstream.chaos.check.PlantedHistory.older;
import static io.nearstream.chaos.check.PlantedHistory.quiet;
import static io.nearstream.chaos.check.PlantedHistory.without;
import static io.nearstream.chaos.check.Violation.CORRUPT;
import static io.nearstream.chaos.check.Violation.DUPLICATES;
import static io.nearstream.chaos.check.Violation.LOST;
import static io.nearstream.chaos.check.Violation.PHANTOMS;
import static io.nearstream.chaos.check.Violation.RESURRECTED;
import static io.nearstream.chaos.check.Violation.WRONG_ANSWERS;

import io.nearstream.chaos.check.WrittenLog.KeyEntry;
import io.nearstream.chaos.check.WrittenLog.VectorEntry;
import io.nearstream.chaos.history.Answer;
import io.nearstream.chaos.history.Answer.Hit;
import io.nearstream.chaos.history.Ask;
import io.nearstream.chaos.history.Content;
import io.nearstream.chaos.history.Operation;
import io.nearstream.chaos.history.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One lie told in a history that was true; false where the history has no place for it. */
enum Plant {
    ACKNOWLEDGED_WRITE_NOT_IN_LOG(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return run.operations.add(
                    new Operation(
                            1_000_000,
                            0,
                            1,
                            new Ask.PutVector("other"),
                            new Answer.Acked(new Position(0, 1_000_000), 1)));
        }
    },
    ACKNOWLEDGED_KEY_NOT_IN_LOG(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return run.operations.add(
                    new Operation(
                            1_000_000,
                            0,
                            1,
                            new Ask.WriteKey("other", false, ""),
                            new Answer.Written(true, new Position(0, 7))));
        }
    },
    RECORD_MISSING_AT_THE_END(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(run, Plant::lastFetch, hits -> List.of());
        }
    },
    RECORD_MISSING_FROM_ITS_OWN_SEARCH(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    op -> op.ask() instanceof Ask.Search search && search.last() && search.k() == 1,
                    hits -> List.of());
        }
    },
    KEY_MISSING_AT_THE_END(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return change(
                    run,
                    op -> lastRead(op) && op.answer() instanceof Answer.Value,
                    answer -> new Answer.Absent());
        }
    },
    UPDATE_MISSING_AT_THE_END(LOST) {
        @Override
        boolean into(SimulatedRun run) {
            return older(run, false);
        }
    },
    DELETED_RECORD_AT_THE_END(RESURRECTED) {
        @Override
        boolean into(SimulatedRun run) {
            return older(run, true);
        }
    },
    DELETED_KEY_AT_THE_END(RESURRECTED) {
        @Override
        boolean into(SimulatedRun run) {
            for (KeyEntry entry : run.system.keys) {
                boolean never = entry.delete() || entry.when() != WrittenLog.When.ALWAYS;
                if (!never
                        && change(
                                run,
                                op ->
                                        lastRead(op)
                                                && ((Ask.ReadKey) op.ask())
                                                        .key()
                                                        .equals(entry.key())
                                                && op.answer() instanceof Answer.Absent,
                                answer ->
                                        new Answer.Value(
                                                entry.at(), entry.token(), entry.hash()))) {
                    return true;
                }
            }
            return false;
        }
    },
    RECORD_TWICE_IN_AN_ANSWER(DUPLICATES) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    op -> op.ask() instanceof Ask.Search search && search.k() == 0,
                    hits -> {
                        List<Hit> twice = new ArrayList<>(hits);
                        twice.add(hits.get(hits.size() - 1));
                        return twice;
                    });
        }
    },
    KEY_WRITTEN_TWICE(DUPLICATES) {
        @Override
        boolean into(SimulatedRun run) {
            return run.system.keys.stream()
                    .filter(entry -> entry.when() == WrittenLog.When.ABSENT)
                    .findFirst()
                    .map(entry -> run.system.keys.add(again(run, entry)))
                    .orElse(false);
        }
    },
    INVENTED_RECORD(PHANTOMS) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    Plant::lastFetch,
                    hits -> {
                        Hit hit = hits.get(0);
                        Position other = new Position(hit.at().partition(), 1_000_000);
                        return List.of(new Hit(hit.id(), 0, other, hit.vector(), hit.payload()));
                    });
        }
    },
    INVENTED_VALUE(PHANTOMS) {
        @Override
        boolean into(SimulatedRun run) {
            long token = 1_000_000;
            long hash = Content.hash(run.content.value(token));
            return change(
                    run,
                    op -> op.answer() instanceof Answer.Value,
                    answer -> new Answer.Value(new Position(0, token), token, hash));
        }
    },
    WRITE_OF_NOBODY(PHANTOMS) {
        @Override
        boolean into(SimulatedRun run) {
            return run.system.vectors.add(
                    new VectorEntry(
                            new Position(0, 1_000_000),
                            1_000_000,
                            "nobody's",
                            false,
                            WrittenLog.NO_TOKEN,
                            7));
        }
    },
    FLIPPED_VECTOR(CORRUPT) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    op -> true,
                    hits -> replaceFirst(hits, h -> hit(h, h.distance(), h.vector() ^ 1)));
        }
    },
    FLIPPED_VALUE(CORRUPT) {
        @Override
        boolean into(SimulatedRun run) {
            return change(
                    run,
                    op -> op.answer() instanceof Answer.Value,
                    answer -> {
                        Answer.Value value = (Answer.Value) answer;
                        return new Answer.Value(value.at(), value.token(), value.hash() ^ 1);
                    });
        }
    },
    WRONG_DISTANCE(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    op -> op.ask() instanceof Ask.Search,
                    hits -> replaceFirst(hits, h -> hit(h, h.distance() - 0.5, h.vector())));
        }
    },
    NEAREST_MISSING(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return changeHits(
                    run,
                    op ->
                            op.ask() instanceof Ask.Search search
                                    && search.exhaustive()
                                    && search.k() > 0
                                    && !search.last()
                                    && quiet(run, op),
                    hits -> hits.size() < 2 ? hits : hits.subList(1, hits.size()));
        }
    },
    RECORD_IN_NEITHER_OF_ITS_PLACES(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return without(run);
        }
    },
    OUTCOME_OF_CONDITION(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return change(
                    run,
                    op -> op.answer() instanceof Answer.Written,
                    answer -> {
                        Answer.Written told = (Answer.Written) answer;
                        return new Answer.Written(!told.applied(), told.at());
                    });
        }
    },
    VALUE_FROM_BEFORE(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return change(
                    run,
                    op ->
                            op.ask() instanceof Ask.ReadKey read
                                    && read.strong()
                                    && !read.last()
                                    && op.answer() instanceof Answer.Value
                                    && quiet(run, op),
                    answer -> before(run, (Answer.Value) answer));
        }
    },
    VALUE_FROM_THE_FUTURE(PHANTOMS) {
        @Override
        boolean into(SimulatedRun run) {
            return fromTheFuture(run, "k0");
        }
    },
    VALUE_THAT_WAS_THERE_ALL_THE_TIME(WRONG_ANSWERS) {
        @Override
        boolean into(SimulatedRun run) {
            return change(
                    run,
                    op ->
                            op.ask() instanceof Ask.ReadKey read
                                    && read.strong()
                                    && !read.last()
                                    && op.answer() instanceof Answer.Value
                                    && quiet(run, op),
                    answer -> new Answer.Absent());
        }
    };

    final Violation counter;

    Plant(Violation counter) {
        this.counter = counter;
    }

    abstract boolean into(SimulatedRun run);

    private static boolean lastFetch(Operation op) {
        return op.ask() instanceof Ask.Fetch fetch && fetch.last();
    }

    private static boolean lastRead(Operation op) {
        return op.ask() instanceof Ask.ReadKey read && read.last();
    }

    private static Hit hit(Hit hit, double distance, Long vector) {
        return new Hit(hit.id(), distance, hit.at(), vector, hit.payload());
    }

    private static List<Hit> replaceFirst(List<Hit> hits, UnaryOperator<Hit> change) {
        List<Hit> changed = new ArrayList<>(hits);
        changed.set(0, change.apply(hits.get(0)));
        return changed;
    }
}
