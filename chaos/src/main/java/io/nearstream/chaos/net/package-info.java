/**
 * A bad network between two good ends: a TCP proxy whose links can be made slow, lossy, narrow or
 * silent at run time. Start at {@link io.nearstream.chaos.net.TcpProxy}.
 */
package io.nearstream.chaos.net;
