package io.nearstream.cli;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.formats.JdkNames;
import io.nearstream.formats.NameEmbedding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;

/** The names of the JDK's own classes: real data that is on every machine. */
final class DemoNames implements DemoData {
    /** Names that are not loaded but asked for, at most; and at most one of so many names. */
    private static final int QUESTIONS_MAX = 200;

    private static final int NAMES_PER_QUESTION_MIN = 5;
    private static final long ORDER_SEED = 1;

    private static final List<String> SHOWCASE =
            List.of(
                    "java.util.HashMap",
                    "java.util.concurrent.locks.ReentrantLock",
                    "javax.net.ssl.SSLSocket");

    private final List<String> names;
    private final List<String> questions;

    private DemoNames(List<String> names, List<String> questions) {
        this.names = names;
        this.questions = questions;
    }

    /**
     * Reads the names, and keeps some back as questions.
     *
     * @param most so many at most, evenly drawn
     */
    static DemoNames read(int most) throws IOException {
        List<String> drawn = evenly(JdkNames.read(), most);
        Set<String> kept =
                new LinkedHashSet<>(
                        evenly(
                                drawn,
                                Math.min(QUESTIONS_MAX, drawn.size() / NAMES_PER_QUESTION_MIN)));
        SHOWCASE.forEach(kept::remove);
        List<String> names = new ArrayList<>(drawn);
        names.removeAll(kept);
        // A stream does not come by the alphabet; in this order its beginning stands for the rest.
        Collections.shuffle(names, new Random(ORDER_SEED));
        return new DemoNames(List.copyOf(names), List.copyOf(kept));
    }

    private static List<String> evenly(List<String> all, int most) {
        if (all.size() <= most) {
            return all;
        }
        List<String> drawn = new ArrayList<>(most);
        for (long i = 0; i < most; i++) {
            drawn.add(all.get((int) (i * all.size() / most)));
        }
        return drawn;
    }

    @Override
    public CollectionSettings settings() {
        return CollectionSettings.learned(
                "jdk-classes", 0, NameEmbedding.DIMENSIONS, Metric.COSINE, Encoding.FLOAT32);
    }

    @Override
    public String title() {
        return "%,d names of this JDK's classes, their letters hashed into %d dimensions, cosine"
                .formatted(names.size(), NameEmbedding.DIMENSIONS);
    }

    @Override
    public OptionalLong size() {
        return OptionalLong.of(names.size());
    }

    @Override
    public void forEach(Consumer consumer) throws IOException {
        for (String name : names) {
            consumer.accept(name, NameEmbedding.embedToBytes(name));
        }
    }

    @Override
    public List<DemoQuery> showcase() {
        return SHOWCASE.stream().map(this::typed).toList();
    }

    @Override
    public List<DemoQuery> sample(int most) {
        List<DemoQuery> queries = new ArrayList<>();
        for (String name : evenly(questions, most)) {
            queries.add(new DemoQuery(name, queries.size(), NameEmbedding.embedToBytes(name)));
        }
        return queries;
    }

    @Override
    public String prompt() {
        return "Type a class name";
    }

    @Override
    public DemoQuery typed(String text) {
        return new DemoQuery(text, 0, NameEmbedding.embedToBytes(text));
    }

    @Override
    public Map<String, byte[]> vectors(Set<String> ids) {
        Map<String, byte[]> vectors = new HashMap<>();
        ids.forEach(id -> vectors.put(id, NameEmbedding.embedToBytes(id)));
        return vectors;
    }
}
