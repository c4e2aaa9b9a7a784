package io.nearstream.bench.keyvalue;

/** What the store is measured beside, in the same run. */
public enum Yardstick {
    /** RocksDB in this process, through its Java API: the limit. */
    ROCKSDB,
    /** A job that copies a topic: the floor of the transport. */
    PASS_THROUGH,
    /** A Redis server: what users would pick. Measured where its address is given. */
    REDIS
}
