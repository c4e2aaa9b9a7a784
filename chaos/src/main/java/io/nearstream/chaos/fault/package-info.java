/**
 * What is done to a running system: kinds of faults, the seeded schedule of a run, and who injects
 * them. Start at {@link io.nearstream.chaos.fault.Schedule}; {@link
 * io.nearstream.chaos.fault.Target} is the system that it is done to.
 */
package io.nearstream.chaos.fault;
