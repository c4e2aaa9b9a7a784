/**
 * The product beside its peers in one run: the same vectors, queries, truth, clients and memory, in
 * rounds whose order rotates. Start at {@link io.nearstream.bench.compare.CompareBench}; what is
 * measured inside one process lies in {@link io.nearstream.bench.peer}.
 */
package io.nearstream.bench.compare;
