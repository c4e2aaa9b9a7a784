package io.nearstream.cli;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.TruthFile;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import javax.annotation.Nullable;

/** Vectors and queries from files; an id is a row number. */
final class DemoFiles implements DemoData {
    private static final String COLLECTION = "demo";
    private static final int SHOWCASE = 3;

    private final VectorFile base;
    private final VectorFile queries;
    private final FileSource source;
    private final CollectionSettings settings;
    @Nullable private final Path truth;

    private DemoFiles(
            VectorFile base,
            VectorFile queries,
            CollectionSettings settings,
            @Nullable Path truth) {
        this.base = base;
        this.queries = queries;
        this.settings = settings;
        this.source = new FileSource(base, settings, "", Long.MAX_VALUE);
        this.truth = truth;
        VectorFiles.requireDimensions(queries, settings);
    }

    static DemoFiles open(Path base, Path query, @Nullable Path truth, Metric metric)
            throws IOException {
        VectorFile opened = VectorFile.open(base);
        VectorFile vectors = metric == Metric.HAMMING ? opened.asBits() : opened;
        CollectionSettings settings =
                CollectionSettings.learned(
                        COLLECTION, 0, vectors.dimensions(), metric, vectors.encoding());
        return new DemoFiles(
                vectors, VectorFile.open(query).in(vectors.encoding()), settings, truth);
    }

    @Override
    public CollectionSettings settings() {
        return settings;
    }

    @Override
    public String title() {
        return "%s: %d dimensions of %s, %s"
                .formatted(
                        base.path().getFileName(),
                        base.dimensions(),
                        EnumNames.of(base.encoding()),
                        EnumNames.of(settings.metric()));
    }

    @Override
    public OptionalLong size() {
        return source.size();
    }

    @Override
    public void forEach(Consumer consumer) throws IOException {
        source.forEach(consumer);
    }

    @Override
    public List<DemoQuery> showcase() throws IOException {
        return sample(SHOWCASE);
    }

    @Override
    public List<DemoQuery> sample(int most) throws IOException {
        List<DemoQuery> sample = new ArrayList<>();
        for (byte[] vector : queries.head(most)) {
            sample.add(query(sample.size(), vector));
        }
        return sample;
    }

    private DemoQuery query(int row, byte[] vector) {
        return new DemoQuery(
                "query " + row,
                row,
                VectorFiles.convert(vector, queries.encoding(), settings.encoding()));
    }

    @Override
    public String prompt() {
        return "Type a row of " + queries.path().getFileName() + ", from 0";
    }

    @Override
    public DemoQuery typed(String text) throws IOException {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException(
                    "a row must be a number of up to 9 digits, but was '%s'.".formatted(text));
        }
        int row = Integer.parseInt(text);
        return query(row, queries.row(row));
    }

    @Override
    public Map<String, byte[]> vectors(Set<String> ids) throws IOException {
        Map<String, byte[]> vectors = new HashMap<>();
        source.forEach(
                (id, vector) -> {
                    if (ids.contains(id)) {
                        vectors.put(id, vector);
                    }
                });
        return vectors;
    }

    @Override
    public double[] trueDistances(List<DemoQuery> questions, int k) throws IOException {
        if (truth == null) {
            return DemoData.super.trueDistances(questions, k);
        }
        List<int[]> rows = TruthFile.read(truth, questions.size()).neighbours();
        if (rows.size() < questions.size() || rows.get(0).length < k) {
            throw new IOException(
                    "%s: %d rows of %d neighbours are needed, but there are %d of %d."
                            .formatted(
                                    truth, questions.size(), k, rows.size(), rows.get(0).length));
        }
        Set<String> last = new HashSet<>();
        rows.forEach(row -> last.add(Integer.toString(row[k - 1])));
        Map<String, byte[]> vectors = vectors(last);
        VectorSpace space = VectorSpace.of(settings);
        double[] distances = new double[questions.size()];
        for (int i = 0; i < distances.length; i++) {
            byte[] vector = vectors.get(Integer.toString(rows.get(i)[k - 1]));
            if (vector == null) {
                throw new IOException(
                        "%s, row %d: names row %d, which %s does not have."
                                .formatted(truth, i, rows.get(i)[k - 1], base.path()));
            }
            distances[i] = Distances.between(space, questions.get(i).vector(), vector);
        }
        return distances;
    }

    @Override
    public String truth() {
        return truth == null ? DemoData.super.truth() : truth.getFileName().toString();
    }
}
