/**
 * How the records of this module travel between operators and lie in state. Start at {@link
 * io.nearstream.operators.state.RecordFormat}.
 */
package io.nearstream.operators.state;
