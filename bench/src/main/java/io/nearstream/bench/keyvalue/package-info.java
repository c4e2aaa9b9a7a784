/**
 * Measures the key-value store with the workloads of YCSB, beside what bounds it and what it is
 * compared with. Start at {@link io.nearstream.bench.keyvalue.KvBench}.
 */
package io.nearstream.bench.keyvalue;
