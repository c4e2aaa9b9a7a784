package io.nearstream.migrate;

import java.io.Serializable;
import java.util.function.Function;
import org.apache.flink.api.common.functions.RichFilterFunction;

/**
 * Counts what passes, by a name that it is given; lets everything through.
 *
 * @param <T> what passes
 */
final class Tally<T> extends RichFilterFunction<T> {
    private static final long serialVersionUID = 1L;

    private final Naming<T> naming;

    /**
     * The counter of an element; empty for none.
     *
     * @param <T> the element
     */
    @FunctionalInterface
    interface Naming<T> extends Function<T, String>, Serializable {}

    Tally(Naming<T> naming) {
        this.naming = naming;
    }

    @Override
    public boolean filter(T element) {
        String name = naming.apply(element);
        if (!name.isEmpty()) {
            getRuntimeContext().getLongCounter(name).add(1L);
        }
        return true;
    }
}
