/**
 * The judge of a run: a model of its own, made from the journal and from what lies in the topics of
 * writes, that knows nothing of how the jobs work. Start at {@link
 * io.nearstream.chaos.check.Checker}, which says what is decided and what is not.
 */
package io.nearstream.chaos.check;
