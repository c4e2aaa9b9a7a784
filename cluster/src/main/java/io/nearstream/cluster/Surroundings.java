package io.nearstream.cluster;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a cluster's nodes have around them beside the machine: proxies of somebody else in front of
 * its brokers, and places of their own, such as network namespaces. Immutable.
 *
 * @param proxies ports that proxies listen on, on the cluster's host, by the names of {@link
 *     #clientsTo} and {@link #jobsTo}: such a broker listens once more for each, and tells whoever
 *     comes that way to come through the proxy
 * @param places where TaskManagers run instead, by name; others run on the cluster's host
 * @param ownHost the address that nodes listen on instead of the cluster's; empty for that
 */
public record Surroundings(
        Map<String, Integer> proxies, Map<String, Place> places, String ownHost) {
    /** Nothing. */
    public static final Surroundings NONE = new Surroundings(Map.of(), Map.of(), "");

    private static final String CLIENTS = ".clients";
    private static final String JOBS = ".jobs";

    /**
     * Where a node runs.
     *
     * @param host the address that it listens on, and is found at; empty for the cluster's
     * @param enter the command that brings it there: takes the program and its arguments
     */
    public record Place(String host, List<String> enter) {
        /** Copies the list. */
        public Place {
            enter = List.copyOf(enter);
        }
    }

    /** Checks the names of proxies. */
    public Surroundings {
        proxies = Map.copyOf(proxies);
        places = Map.copyOf(places);
        for (String name : proxies.keySet()) {
            if (!name.endsWith(CLIENTS) && !name.endsWith(JOBS)) {
                throw new IllegalArgumentException(
                        "A proxy must be named by its broker and '%s' or '%s', but was '%s'."
                                .formatted(CLIENTS, JOBS, name));
            }
        }
    }

    /** The proxy between clients and a broker. */
    public static String clientsTo(String broker) {
        return broker + CLIENTS;
    }

    /** The proxy between jobs and a broker. */
    public static String jobsTo(String broker) {
        return broker + JOBS;
    }

    /** The broker that a proxy leads to. */
    static String broker(String proxy) {
        return proxy.substring(0, proxy.lastIndexOf('.'));
    }

    /** Kafka's name of the listener behind a proxy. */
    static String listener(String proxy) {
        return proxy.substring(proxy.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT);
    }

    /** The address that nodes listen on which have no place of their own. */
    Optional<String> host() {
        return ownHost.isEmpty() ? Optional.empty() : Optional.of(ownHost);
    }

    Optional<Place> place(String node) {
        return Optional.ofNullable(places.get(node));
    }

    String hostOf(String node, String otherwise) {
        return place(node).map(Place::host).filter(own -> !own.isEmpty()).orElse(otherwise);
    }
}
