package io.nearstream.core.codes;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.partition.Generation;
import io.nearstream.core.partition.GenerationTrainer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the cells of a generation keep of a vector: the collection's code, about the centroid of
 * each cell. A cell without a centroid (a flat one, that of vectors beyond the bound) keeps the
 * vector itself. References are prepared once for all who use the same generation. Thread-safe.
 */
public final class CellCodes {
    /** More candidates than this are scored again only where more hits are asked for. */
    public static final int CANDIDATES_MAX = 20_000;

    private final CollectionSettings settings;
    private final Generation generation;
    private final VectorCode code;
    private final Map<Integer, Optional<CodeReference>> references = new ConcurrentHashMap<>();

    private CellCodes(CollectionSettings settings, Generation generation) {
        this.settings = settings;
        this.generation = generation;
        byte[] parameters = generation.code().orElseThrow();
        this.code = CodeParameters.fromBytes(settings, parameters).code(settings);
    }

    /** Trains generation 1, and what its cells' code is made by. */
    public static Generation train(CollectionSettings settings, List<byte[]> sample) {
        Generation plain = GenerationTrainer.train(settings, sample);
        return settings.isCoded()
                ? plain.withCode(CodeParameters.train(settings, plain, sample).toBytes())
                : plain;
    }

    /** The codes of a generation; empty where its cells keep the vectors themselves. */
    public static Optional<CellCodes> of(CollectionSettings settings, Generation generation) {
        return settings.isCoded() && generation.isCoded()
                ? Optional.of(
                        generation.derived(
                                CellCodes.class, () -> new CellCodes(settings, generation)))
                : Optional.empty();
    }

    /** The generation whose cells these are. */
    public Generation generation() {
        return generation;
    }

    /** The collection's code. */
    public VectorCode code() {
        return code;
    }

    /** What the codes of a bucket are made about; empty for one that keeps the vectors. */
    public Optional<CodeReference> reference(int bucket) {
        return references.computeIfAbsent(
                bucket, key -> generation.centroid(key).map(code::reference));
    }

    /** The code of a vector about a reference of this code. */
    public byte[] encode(byte[] vector, CodeReference about) {
        byte[] out = new byte[code.bytes()];
        code.encode(vector, 0, about, out, 0);
        return out;
    }

    /**
     * How many of the best candidates are scored again from their vectors: k itself where cells
     * keep these, else as many as the collection says, or as its code needs, up to {@link
     * #CANDIDATES_MAX} where k is less.
     *
     * @param k hits that are asked for, at least 1
     */
    public static int candidates(CollectionSettings settings, int k) {
        long wanted =
                settings.rerank() > 0
                        ? (long) settings.rerank() * k
                        : Rerank.of(settings.code(), k, settings.dimensions());
        return (int) Math.max(k, Math.min(CANDIDATES_MAX, wanted));
    }
}
