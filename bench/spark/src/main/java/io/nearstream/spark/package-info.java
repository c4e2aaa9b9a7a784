/**
 * Spark MLlib's approximate similarity join beside ours, on the same file. Start at {@link
 * io.nearstream.spark.SparkJoinMain}.
 */
package io.nearstream.spark;
