package io.nearstream.cli;

import java.io.IOException;
import java.util.OptionalLong;

/** Vectors with ids, to be read from the beginning any number of times. */
interface VectorSource {
    /** How many there are, where that is known. */
    OptionalLong size();

    /** Hands every vector to the consumer, in order. */
    void forEach(Consumer consumer) throws IOException;

    /** What is done with one vector. */
    @FunctionalInterface
    interface Consumer {
        /**
         * Takes one vector.
         *
         * @param id its record's id
         * @param vector in the collection's encoding; the consumer's to keep
         */
        void accept(String id, byte[] vector) throws IOException;
    }
}
