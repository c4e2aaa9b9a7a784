/** The input of a batch join. Start at {@link io.nearstream.jobs.batch.join.JoinTopologies}. */
package io.nearstream.jobs.batch.join;
