package io.nearstream.bench.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** Every kind of index that this JVM can make. */
public final class Peers {
    private Peers() {}

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException naming those that there are
     */
    public static VectorIndexFactory named(String name) {
        List<VectorIndexFactory> known =
                new ArrayList<>(List.of(new CoreFactory(), new ScanFactory()));
        if (known.stream().noneMatch(factory -> factory.name().equals(name))) {
            ServiceLoader.load(VectorIndexFactory.class).forEach(known::add);
        }
        return known.stream()
                .filter(factory -> factory.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "System '%s' is unknown here; known are %s."
                                                .formatted(
                                                        name,
                                                        known.stream()
                                                                .map(VectorIndexFactory::name)
                                                                .toList())));
    }
}
