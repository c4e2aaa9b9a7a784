/**
 * Dashboard, alerts and the list of metrics in {@code observe/}, held against each other, against
 * the code, and against what running jobs expose. Start at {@link
 * io.nearstream.observe.ObserveTest}.
 */
package io.nearstream.observe;
