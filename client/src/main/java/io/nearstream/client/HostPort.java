package io.nearstream.client;

import java.net.InetSocketAddress;

/** Addresses as users give them. */
final class HostPort {
    private static final int PORT_MAX = 65_535;

    private HostPort() {}

    /**
     * The address in {@code HOST:PORT}, not looked up.
     *
     * @param name what it is called in messages
     * @throws IllegalArgumentException if it is not of that form
     */
    static InetSocketAddress parse(String name, String address) {
        int colon = address.lastIndexOf(':');
        int port = colon < 1 ? -1 : port(address.substring(colon + 1).trim());
        if (port < 1 || port > PORT_MAX) {
            throw new IllegalArgumentException(
                    "%s must be HOST:PORT with a port between 1 and %d, but was '%s'."
                            .formatted(name, PORT_MAX, address));
        }
        return InetSocketAddress.createUnresolved(address.substring(0, colon).trim(), port);
    }

    private static int port(String text) {
        return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    }
}
