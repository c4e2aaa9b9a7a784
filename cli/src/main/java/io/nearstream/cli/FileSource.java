package io.nearstream.cli;

import io.nearstream.client.NearstreamException;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.formats.VectorFile;
import io.nearstream.formats.VectorRows;
import java.io.IOException;
import java.util.OptionalLong;

/**
 * The rows of a file, as a collection takes them; an id is a prefix and the row's number.
 *
 * @param file the file
 * @param collection whose encoding the vectors get
 * @param idPrefix stands before each row number
 * @param limit so many rows at most
 */
record FileSource(VectorFile file, CollectionSettings collection, String idPrefix, long limit)
        implements VectorSource {

    FileSource {
        VectorFiles.requireDimensions(file, collection);
    }

    @Override
    public OptionalLong size() {
        return file.rows().isPresent()
                ? OptionalLong.of(Math.min(limit, file.rows().getAsLong()))
                : OptionalLong.empty();
    }

    @Override
    public void forEach(Consumer consumer) throws IOException {
        try (VectorRows rows = file.read()) {
            while (rows.advance() && rows.row() < limit) {
                consumer.accept(idPrefix + rows.row(), convert(rows));
            }
        }
    }

    private byte[] convert(VectorRows rows) {
        try {
            return VectorFiles.convert(rows.vector(), file.encoding(), collection.encoding());
        } catch (IllegalArgumentException unfit) {
            throw new NearstreamException(
                    "%s, row %d does not fit the %s of collection '%s': %s"
                            .formatted(
                                    file.path(),
                                    rows.row(),
                                    collection.encoding(),
                                    collection.name(),
                                    unfit.getMessage()),
                    unfit);
        }
    }
}
