package io.nearstream.migrate;

import io.nearstream.core.model.CollectionSettings;
import java.util.Optional;

/**
 * What the header of an exported file says.
 *
 * @param collection the settings of the exported collection; empty where it is keys
 * @param asOf when the export was started, milliseconds since 1970: nothing in it had expired then
 * @param records how many records the file has
 */
public record ExportHeader(Optional<CollectionSettings> collection, long asOf, long records) {
    /** Of what, for messages. */
    String what() {
        return collection.map(settings -> "collection '" + settings.name() + "'").orElse("keys");
    }
}
