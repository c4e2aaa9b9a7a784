package io.nearstream.client;

import io.nearstream.core.standing.Difference;

/**
 * What was told of a standing query, and what is known of it now.
 *
 * @param difference as the job told it
 * @param answer with it; of a refusal that of the query that stands all the same, if one does
 */
public record StandingUpdate(Difference difference, StandingAnswer answer) {}
