/**
 * The query job: index changes and probes in, answers out. Start at {@link
 * io.nearstream.jobs.query.QueryJob}, then {@link io.nearstream.jobs.query.QueryTopology}.
 */
package io.nearstream.jobs.query;
