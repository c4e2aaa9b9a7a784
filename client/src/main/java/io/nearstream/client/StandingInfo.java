package io.nearstream.client;

import io.nearstream.schemas.StandingRegistration;

/**
 * A standing query as its newest registration has it.
 *
 * @param registration what is asked
 * @param leaseEnd when its lease is over, milliseconds since 1970
 */
public record StandingInfo(StandingRegistration registration, long leaseEnd) {}
