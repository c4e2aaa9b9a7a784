/**
 * What was asked and what was told: the journal of a run. Start at {@link
 * io.nearstream.chaos.history.Operation}; {@link io.nearstream.chaos.history.Journal} writes them,
 * {@link io.nearstream.chaos.history.JournalReader} reads them.
 */
package io.nearstream.chaos.history;
