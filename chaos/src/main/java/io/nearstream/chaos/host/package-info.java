/**
 * Faults of the machine under a system's processes: disks, memory, processors, damaged files, cut
 * cables. Start at {@link io.nearstream.chaos.host.Host}, which is all that they know of the
 * system. Most of it needs root, and Linux.
 */
package io.nearstream.chaos.host;
