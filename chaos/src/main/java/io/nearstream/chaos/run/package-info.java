/**
 * A run from its start to its verdict. Start at {@link io.nearstream.chaos.run.Harness}; {@link
 * io.nearstream.chaos.run.Report} is what comes out.
 */
package io.nearstream.chaos.run;
