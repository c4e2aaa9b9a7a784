/**
 * Operations per joule: what a meter says of a cluster, joined by time with what the cluster did
 * meanwhile. Start at {@link io.nearstream.bench.power.PowerReport}; {@link
 * io.nearstream.bench.power.PowerSeries} integrates, {@link io.nearstream.bench.power.MeterFile},
 * {@link io.nearstream.bench.power.SerialMeter} and {@link io.nearstream.bench.power.WorkFile}
 * read.
 */
package io.nearstream.bench.power;
