/**
 * The standing-query job: what changes in the answers of queries that stay. Start at {@link
 * io.nearstream.jobs.standing.StandingTopology}.
 */
package io.nearstream.jobs.standing;
