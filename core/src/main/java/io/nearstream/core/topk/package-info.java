/**
 * What a probe keeps on the heap: the k nearest, and one candidate for each id. Reusable structures
 * for one thread that do not allocate per candidate. Start at {@link io.nearstream.core.topk.TopK}.
 */
package io.nearstream.core.topk;
