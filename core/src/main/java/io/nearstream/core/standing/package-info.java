/**
 * Standing queries: answers that are kept up to date while records come and go. Pure logic; nothing
 * here knows operators or Kafka. Start at {@link io.nearstream.core.standing.StandingShard}.
 */
package io.nearstream.core.standing;
