/**
 * The live gauge of recall: a slice of each collection is kept beside its buckets, a share of the
 * answers is held against it, and the number of visited buckets is corrected by what is missed.
 * Start at {@link io.nearstream.jobs.query.gauge.GaugeOperator}.
 */
package io.nearstream.jobs.query.gauge;
