package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import io.nearstream.client.VectorBytes;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.formats.VectorFile;

/** Between the vectors of a file and those of a collection. */
final class VectorFiles {
    private VectorFiles() {}

    /** Fails unless the file's vectors have the collection's dimensions, or both have sets. */
    static void requireDimensions(VectorFile file, CollectionSettings collection) {
        if ((file.encoding() == Encoding.SET64) != (collection.encoding() == Encoding.SET64)) {
            throw new NearstreamException(
                    "%s holds %s, but collection '%s' has %s: sets are no vectors."
                            .formatted(
                                    file.path(),
                                    file.encoding(),
                                    collection.name(),
                                    collection.encoding()));
        }
        if (file.dimensions() != collection.dimensions()) {
            throw new NearstreamException(
                    "%s has %d dimensions, but collection '%s' has %d."
                            .formatted(
                                    file.path(),
                                    file.dimensions(),
                                    collection.name(),
                                    collection.dimensions()));
        }
    }

    /**
     * A vector in another encoding.
     *
     * @throws IllegalArgumentException if that cannot hold its values
     */
    static byte[] convert(byte[] vector, Encoding from, Encoding to) {
        return from == to ? vector : VectorBytes.encode(VectorBytes.decode(vector, from), to);
    }
}
