/**
 * What travels between the operators of a batch search: blocks of rows, and never into any state.
 * Start at {@link io.nearstream.jobs.batch.message.VectorBlock}.
 */
package io.nearstream.jobs.batch.message;
