package io.nearstream.core.codes;

import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import io.nearstream.core.partition.StudyFiles;
import io.nearstream.core.similarity.VectorSpace;
import io.nearstream.core.topk.TopK;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Measures codes on a data set: {@code CodeStudy BASE QUERY l2|cosine [QUERIES]}. Every vector is
 * coded about the centroid of its nearest cell; a query ranks the codes of all cells. m is how many
 * of the best must be looked at again so that a share of the true 10 nearest is there.
 */
public final class CodeStudy {
    private static final int K = 10;
    private static final int RANKS_MAX = 5_000;
    private static final int SAMPLE = 10_000;
    private static final double[] RECALLS = {.95, .99, .995};

    private final CollectionSettings settings;
    private final VectorSpace space;
    private final List<byte[]> base;
    private final List<byte[]> queries;
    private final Generation generation;
    private final int[] homes;
    private final int[][] members;
    private final int[][] truth;

    private CodeStudy(CollectionSettings settings, List<byte[]> base, List<byte[]> queries) {
        this.settings = settings;
        this.space = VectorSpace.of(settings);
        this.base = base;
        this.queries = queries;
        List<byte[]> sample = base.subList(0, Math.min(SAMPLE, base.size()));
        this.generation = GenerationTrainer.train(settings, sample);
        this.homes = base.stream().parallel().mapToInt(v -> generation.place("", v)[0]).toArray();
        this.members = new int[generation.bucketCount()][];
        int[] sizes = new int[members.length];
        Arrays.stream(homes).forEach(home -> sizes[home]++);
        Arrays.setAll(members, cell -> new int[sizes[cell]]);
        for (int i = 0; i < homes.length; i++) {
            members[homes[i]][--sizes[homes[i]]] = i;
        }
        this.truth = queries.stream().parallel().map(this::nearest).toArray(int[][]::new);
    }

    public static void main(String[] args) throws IOException {
        Path baseFile = Path.of(args[0]);
        Encoding encoding = StudyFiles.encoding(baseFile);
        Metric metric = Metric.valueOf(args[2].toUpperCase(Locale.ROOT));
        int limit = args.length > 3 ? Integer.parseInt(args[3]) : 1_000;
        List<byte[]> base = StudyFiles.read(baseFile, Integer.MAX_VALUE);
        List<byte[]> queries = StudyFiles.read(Path.of(args[1]), limit);
        int dimensions = encoding.dimensions(base.get(0).length);
        CollectionSettings settings =
                CollectionSettings.learned("study", 1, dimensions, metric, encoding);
        new CodeStudy(settings, base, queries).run();
    }

    private int[] nearest(byte[] query) {
        TopK top = new TopK(K);
        VectorSpace.Query prepared = space.query(query);
        for (int i = 0; i < base.size(); i++) {
            byte[] vector = base.get(i);
            top.offer(space.score(prepared, vector, 0, space.inverseNorm(vector, 0)), i);
        }
        return top.drainRefs();
    }

    private void run() {
        System.out.println(
                "code                    bytes  m(.95)  m(.99)  m(.995)  encode_us  query_us"
                        + "  score_ns");
        float[] mean = Samples.centroid(settings, base.subList(0, Math.min(SAMPLE, base.size())));
        for (CodeKind kind : CodeKind.values()) {
            if (kind != CodeKind.PRODUCT) {
                report(kind.name(), VectorCodes.of(settings, kind, mean), true);
            }
        }
        report("RABITQ_1, query about 0", VectorCodes.of(settings, CodeKind.RABITQ_1), true);
        report("RABITQ_1 about mean", VectorCodes.of(settings, CodeKind.RABITQ_1, mean), false);
        List<byte[]> sample = base.subList(0, Math.min(SAMPLE, base.size()));
        for (int fold : new int[] {64, 32, 16}) {
            int subspaces = ProductBook.subspacesFor(settings.dimensions(), fold);
            ProductBook book =
                    ProductTrainer.train(
                            settings,
                            sample,
                            v -> generation.centroid(generation.place("", v)[0]).orElseThrow(),
                            subspaces);
            report("PRODUCT, 1/" + fold, VectorCodes.product(settings, book, mean), true);
        }
    }

    private void report(String name, VectorCode code, boolean aboutCentroids) {
        CodeReference[] about = new CodeReference[members.length];
        byte[][] blocks = new byte[members.length][];
        for (int cell = 0; cell < members.length; cell++) {
            about[cell] =
                    aboutCentroids
                            ? code.reference(generation.centroid(cell).orElseThrow())
                            : code.origin();
            blocks[cell] = new byte[members[cell].length * code.bytes()];
        }
        double encodeUs = 0;
        for (int pass = 0; pass < 2; pass++) { // the second is timed
            long start = System.nanoTime();
            for (int cell = 0; cell < members.length; cell++) {
                for (int i = 0; i < members[cell].length; i++) {
                    byte[] vector = base.get(members[cell][i]);
                    code.encode(vector, 0, about[cell], blocks[cell], i * code.bytes());
                }
            }
            encodeUs = (System.nanoTime() - start) / 1e3 / base.size();
        }
        List<Integer> ranks = new ArrayList<>();
        double[] scores = new double[base.size()];
        long prepareNs = 0;
        long scoreNs = 0;
        for (int q = 0; q < queries.size(); q++) {
            long start = System.nanoTime();
            VectorCode.Query query = code.query(queries.get(q));
            long prepared = System.nanoTime();
            int first = 0;
            for (int cell = 0; cell < members.length; cell++) {
                VectorCode.Estimates estimates = query.about(about[cell]);
                for (int i = 0; i < members[cell].length; i++) {
                    scores[first++] = estimates.score(blocks[cell], i * code.bytes());
                }
            }
            prepareNs += prepared - start;
            scoreNs += System.nanoTime() - prepared;
            addRanks(scores, truth[q], ranks);
        }
        int[] sorted = ranks.stream().mapToInt(Integer::intValue).sorted().toArray();
        StringBuilder row = new StringBuilder();
        row.append(String.format(Locale.ROOT, "%-23s %5d", name, code.bytes()));
        for (double recall : RECALLS) {
            int needed = sorted[(int) Math.ceil(recall * sorted.length) - 1];
            row.append(String.format(Locale.ROOT, "  %6d", needed));
        }
        System.out.printf(
                Locale.ROOT,
                "%s  %9.2f  %8.1f  %8.1f%n",
                row,
                encodeUs,
                prepareNs / 1e3 / queries.size(),
                (double) scoreNs / queries.size() / base.size());
    }

    /** Which place each of the true nearest takes among the estimates; 1 is the first. */
    private void addRanks(double[] scores, int[] nearest, List<Integer> ranks) {
        TopK top = new TopK(RANKS_MAX);
        int position = 0;
        for (int[] cell : members) {
            for (int i : cell) {
                top.offer(scores[position++], i);
            }
        }
        int[] order = top.drainRefs();
        int[] rank = new int[base.size()];
        Arrays.fill(rank, RANKS_MAX + 1);
        for (int i = 0; i < order.length; i++) {
            rank[order[i]] = i + 1;
        }
        for (int i : nearest) {
            ranks.add(Math.max(K, rank[i]));
        }
    }
}
