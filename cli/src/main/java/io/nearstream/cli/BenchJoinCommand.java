package io.nearstream.cli;

import io.nearstream.bench.BenchProgress;
import io.nearstream.bench.join.Documents;
import io.nearstream.bench.join.JoinBench;
import io.nearstream.bench.join.JoinPlan;
import io.nearstream.bench.join.JoinReport;
import io.nearstream.bench.join.NearPairs;
import io.nearstream.bench.join.TruePairs;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.formats.VectorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.annotation.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "join",
        description = {
            "Measure the similarity join of a file with itself: start broker, ingest job and join job in this process, write the file through Kafka, read the committed pairs from Kafka, judge them by all pairs that there are.",
            "A file of vectors is told by its name: fvecs, bvecs or IDX, each plain or .gz. A .tsv, plain or .gz, holds documents, the text behind the last tab; they are joined as sets of their shingles of three words."
        })
final class BenchJoinCommand implements Callable<Integer> {
    private static final String COLLECTION = "bench";
    private static final double LIKE_DEFAULT = 0.2;

    @Spec private CommandSpec spec;
    @Mixin private BenchReportOptions report;
    @Mixin private BenchJoinOptions options;

    @Option(
            names = "--base",
            paramLabel = "FILE",
            required = true,
            description = "Vectors or documents to join.")
    private Path base;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            defaultValue = "l2",
            description =
                    "Of vectors: l2, cosine or hamming. Documents: jaccard. Default: ${DEFAULT-VALUE}.")
    private Metric metric;

    @Nullable
    @Option(
            names = "--eps",
            paramLabel = "E",
            description =
                    "Largest distance of a pair. Default: the one within which there is a pair for each vector, found by comparing all with all; of documents .2 (similarity .8).")
    private Double eps;

    @Nullable
    @Option(
            names = "--truth",
            paramLabel = "FILE",
            description =
                    "Of vectors: all near pairs, written here if the file is absent, and read from here if not. Of documents, required: their pairs, a line each of two numbers of documents (from 0), intersection and union, apart by tabs.")
    private Path truth;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "" + Integer.MAX_VALUE,
            showDefaultValue = picocli.CommandLine.Help.Visibility.NEVER,
            description = "Use the first N vectors only. Default: all.")
    private int limit;

    @Override
    public Integer call() throws IOException, InterruptedException {
        report.requireDirectory();
        if (limit < 2) {
            throw usage("--limit must be 2 or more, but was %d.".formatted(limit));
        }
        BenchProgress progress = BenchRuns.progress(spec);
        boolean documents = Documents.isNamed(base);
        List<byte[]> vectors =
                documents
                        ? Documents.vectors(Documents.read(base, limit))
                        : options.fitting(metric, VectorFile.open(base)).head(limit);
        CollectionSettings collection = collection(documents, vectors.get(0).length);
        List<Double> shares = documents ? List.of(1.0) : options.visiting();
        // What is out of range is said now, and not after minutes of comparing.
        plan(collection, vectors, new TruePairs(eps == null ? 0 : eps, new long[0]), 1);
        TruePairs pairs =
                documents ? pairsOfDocuments(vectors) : pairs(collection, vectors, progress);
        List<JoinReport> reports = new ArrayList<>();
        for (double visiting : shares) {
            JoinPlan plan = plan(collection, vectors, pairs, visiting);
            JoinReport measured = options.run(in -> JoinBench.run(plan, in, progress));
            new BenchJoinView(measured).print(report.out());
            reports.add(measured);
        }
        report.write(Map.of("runs", reports.stream().map(JoinReport::document).toList()));
        return 0;
    }

    private CollectionSettings collection(boolean documents, int bytes) throws IOException {
        Metric how = documents ? Metric.JACCARD : metric;
        if (!documents && how == Metric.JACCARD) {
            throw usage("--metric jaccard needs documents: --base must be a .tsv or .tsv.gz.");
        }
        Encoding encoding =
                documents
                        ? Encoding.SET64
                        : options.fitting(metric, VectorFile.open(base)).encoding();
        try {
            return JoinPlan.collection(
                    COLLECTION,
                    how,
                    encoding,
                    encoding.dimensions(bytes),
                    options.cells(),
                    options.trainAfter());
        } catch (IllegalArgumentException outOfRange) {
            throw usage(outOfRange.getMessage());
        }
    }

    private TruePairs pairsOfDocuments(List<byte[]> vectors) throws IOException {
        if (truth == null) {
            throw usage("--truth is required with documents.");
        }
        return Documents.truth(truth, eps == null ? LIKE_DEFAULT : eps, vectors.size());
    }

    private TruePairs pairs(
            CollectionSettings collection, List<byte[]> vectors, BenchProgress progress)
            throws IOException {
        NearPairs near;
        if (truth != null && Files.exists(truth)) {
            near = NearPairs.read(truth, vectors.size());
        } else {
            VectorSpace space = VectorSpace.of(collection);
            near =
                    eps == null
                            ? NearPairs.atLeast(space, vectors, vectors.size(), progress)
                            : NearPairs.within(space, vectors, eps, progress);
            if (truth != null) {
                near.write(truth);
            }
        }
        try {
            return eps == null ? near.nearest(vectors.size()) : near.cut(eps);
        } catch (IllegalArgumentException tooFew) {
            throw usage(tooFew.getMessage());
        }
    }

    private JoinPlan plan(
            CollectionSettings collection, List<byte[]> vectors, TruePairs pairs, double visiting) {
        try {
            return options.plan(collection, vectors, pairs, visiting);
        } catch (IllegalArgumentException outOfRange) {
            throw usage(outOfRange.getMessage());
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
