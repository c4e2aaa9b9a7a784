package io.nearstream.jobs.standing;

import io.nearstream.core.standing.Registration;

/**
 * A registration on its way to its shard.
 *
 * @param shard the shard's key
 */
record ShardRegistration(int shard, Registration registration) {}
