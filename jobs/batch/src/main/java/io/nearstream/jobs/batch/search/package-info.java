/**
 * The operators of a batch search. Start at {@link io.nearstream.jobs.batch.search.SearchTopology}.
 */
package io.nearstream.jobs.batch.search;
