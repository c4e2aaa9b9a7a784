/**
 * The command line: parses, calls the client or the embedded cluster, prints. Commands hold no
 * logic that another program could want. Start at {@link io.nearstream.cli.Main}.
 */
package io.nearstream.cli;
