/**
 * Distance kernels over vectors that lie in byte arrays, with {@code jdk.incubator.vector} where
 * the JVM was started with it and scalar code elsewhere. A module of its own: the compiler's
 * warning about incubating modules cannot be switched off. Start at {@link
 * io.nearstream.kernels.Kernels}.
 */
package io.nearstream.kernels;
