/**
 * The buckets: their state, the search in them, and how they empty when a newer generation takes
 * over. Start at {@link io.nearstream.jobs.query.bucket.BucketOperator}.
 */
package io.nearstream.jobs.query.bucket;
