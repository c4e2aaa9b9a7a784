package io.nearstream.bench.compare;

import java.util.List;

/** The names of the systems, as reports call them. */
public final class Systems {
    /** Ours end to end, through Kafka and both jobs. */
    public static final String NEARSTREAM = "nearstream";

    /** Ours in process. */
    public static final String CORE = "nearstream-core";

    /** Lucene in process. */
    public static final String LUCENE = "lucene-hnsw";

    /** JVector in process. */
    public static final String JVECTOR = "jvector";

    /** A scan in process. */
    public static final String SCAN = "brute-force";

    /** Lucene behind our topics. */
    public static final String LUCENE_KAFKA = "lucene-kafka";

    /** JVector behind our topics. */
    public static final String JVECTOR_KAFKA = "jvector-kafka";

    /** Every system, in the order of the first round. */
    public static final List<String> ALL =
            List.of(NEARSTREAM, CORE, LUCENE, JVECTOR, SCAN, LUCENE_KAFKA, JVECTOR_KAFKA);

    /** A further figure of ours: the transport alone. */
    public static final String FLOOR_P50 = "floor_p50_ms";

    /** Of everything over Kafka: a new vector's way into answers. */
    public static final String FRESHNESS_P50 = "freshness_p50_ms";

    public static final String FRESHNESS_P99 = "freshness_p99_ms";

    /** Of everything over Kafka, at the recall compared: queries in batches of 32. */
    public static final String BATCHED_QPS = "qps_batches_of_32_at_recall";

    public static final String BATCHED_CPU_S = "cpu_s_per_query_batches_of_32_at_recall";

    private Systems() {}
}
