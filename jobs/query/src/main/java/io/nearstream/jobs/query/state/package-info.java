/**
 * State that several operators of the query job share the shape of. Start at {@link
 * io.nearstream.jobs.query.state.ParkedRequests}.
 */
package io.nearstream.jobs.query.state;
