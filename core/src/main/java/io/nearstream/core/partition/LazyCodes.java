package io.nearstream.core.partition;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import javax.annotation.Nullable;

/**
 * Makes the codes of a codebook beside those who ask for them: whoever asks first starts it, and
 * nobody waits. Until they are ready all compare in full, with the same outcome. Thread-safe.
 */
final class LazyCodes {
    private static final System.Logger LOG = System.getLogger(LazyCodes.class.getName());

    private final Codebook codebook;
    @Nullable private volatile CompletableFuture<CentroidCodes> codes;
    @Nullable private CentroidCodes before;

    LazyCodes(Codebook codebook) {
        this.codebook = codebook;
    }

    /** The codes, once they are made; never where they would save nothing. */
    Optional<CentroidCodes> ready() {
        CompletableFuture<CentroidCodes> made = codes;
        return Optional.ofNullable((made == null ? start() : made).getNow(null));
    }

    /**
     * Makes the codes along the axes of an earlier codebook's, if those were made, unless the
     * codebook has outgrown them: what lies in the cells then keeps its codes.
     */
    synchronized void keepAxes(LazyCodes earlier) {
        CompletableFuture<CentroidCodes> known = earlier.codes;
        CentroidCodes made = known == null ? null : known.getNow(null);
        before = made != null && made.suits(codebook) ? made : null;
    }

    private synchronized CompletableFuture<CentroidCodes> start() {
        CompletableFuture<CentroidCodes> made = codes;
        if (made == null) {
            CentroidCodes earlier = before;
            before = null;
            made =
                    CentroidCodes.worthwhile(codebook)
                            ? CompletableFuture.supplyAsync(
                                            () ->
                                                    earlier == null
                                                            ? CentroidCodes.of(codebook)
                                                            : earlier.along(codebook))
                                    .exceptionally(LazyCodes::without)
                            : CompletableFuture.completedFuture(null);
            codes = made;
        }
        return made;
    }

    /** All is compared in full then, as it was before. */
    @Nullable
    private static CentroidCodes without(Throwable failure) {
        LOG.log(System.Logger.Level.ERROR, "Centroids have no codes: making them failed.", failure);
        return null;
    }

    /** Waits for the codes. */
    Optional<CentroidCodes> await() {
        return Optional.ofNullable(start().join());
    }
}
