package io.nearstream.kernels;

/**
 * Chooses the kernels once. Nothing here but the guarded branch refers to {@link SimdKernels}: its
 * classes do not exist in a JVM that was started without {@code --add-modules
 * jdk.incubator.vector}.
 */
final class BestKernels {
    static final Kernels INSTANCE = choose();

    private BestKernels() {}

    private static Kernels choose() {
        boolean present = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        return present && SimdKernels.isWorthwhile() ? new SimdKernels() : ScalarKernels.INSTANCE;
    }
}
