package io.nearstream.kernels;

/**
 * Chooses the kernels once. Nothing here but the guarded branch refers to {@link SimdKernels}: its
 * classes do not exist in a JVM that was started without {@code --add-modules
 * jdk.incubator.vector}.
 */
final class BestKernels {
    /** More than the widest register holds. */
    private static final int TRIED_DIMENSIONS = 256;

    static final Kernels INSTANCE = choose();

    private BestKernels() {}

    private static Kernels choose() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return present && SimdKernels.isWorthwhile()
                ? working(new SimdKernels())
                : Kernels.scalar();
    }

    /**
     * An incubating module changes from one Java to the next: newer ones lack methods that load
     * from arrays in an order of bytes. Those that need them are called once, to know now.
     */
    private static Kernels working(Kernels kernels) {
        byte[] vector = new byte[TRIED_DIMENSIONS * Float.BYTES];
        try {
            kernels.squaredL2Float32(vector, 0, vector, 0, TRIED_DIMENSIONS);
            kernels.dotFloat32(vector, 0, vector, 0, TRIED_DIMENSIONS);
            kernels.squaredL2Int8(vector, 0, vector, 0, TRIED_DIMENSIONS);
            kernels.dotInt8(vector, 0, vector, 0, TRIED_DIMENSIONS);
            kernels.squaredL2Uint8(vector, 0, vector, 0, TRIED_DIMENSIONS);
            kernels.dotUint8(vector, 0, vector, 0, TRIED_DIMENSIONS);
            RowBlocks rows = new RowBlocks(TRIED_DIMENSIONS);
            rows.reserve(1);
            kernels.rowsWithin(new BlockProbe(TRIED_DIMENSIONS), rows, new int[1], 1, new int[1]);
            return kernels;
        } catch (LinkageError otherJava) {
            return Kernels.scalar();
        }
    }
}
