package io.nearstream.jobs.ingest.backfill;

import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.similarity.Sets;
import io.nearstream.formats.VectorRows;
import io.nearstream.jobs.common.files.VectorFileFormat;
import io.nearstream.jobs.common.wire.RawRecord;
import io.nearstream.jobs.common.wire.RawRecordSerializer;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorWrite;
import io.nearstream.schemas.wire.AvroWire;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.annotation.Nullable;
import org.apache.flink.api.common.typeinfo.TypeInformation;

/**
 * Rows of files as if they had been read from the vectors topic: what checks a write checks them,
 * too, and what is refused is a dead letter that names file and row.
 */
final class RowWrites extends VectorFileFormat<RawRecord> {
    /** No topic has it; of two versions of one time the row's is the older one. */
    static final int PARTITION = -1;

    private static final long serialVersionUID = 1L;
    private static final int BATCH = 64;

    /** Rows of a file at most; beyond, an offset would be another file's. */
    private static final int ROW_BITS = 40;

    /** The row that an offset stands for, whichever file it is of. */
    static long row(long offset) {
        return offset & (1L << ROW_BITS) - 1;
    }

    /** Which file an offset is of, from 0. */
    static int file(long offset) {
        return (int) (offset >>> ROW_BITS);
    }

    private final String collection;
    private final long collectionUid;
    private final Encoding encoding;
    private final int dimensions;
    private final String idPrefix;
    private final long asOf;
    private final List<String> files;

    /**
     * @param of the collection, whose encoding is that of the files
     * @param idPrefix of rows without ids
     * @param asOf time of the rows' versions
     * @param files by their absolute, normal paths: rows of a later one are newer
     */
    RowWrites(CollectionSettings of, String idPrefix, long asOf, List<String> files) {
        super(BATCH);
        this.collection = of.name();
        this.collectionUid = of.uid();
        this.encoding = of.encoding();
        this.dimensions = of.dimensions();
        this.idPrefix = idPrefix;
        this.asOf = asOf;
        this.files = List.copyOf(files);
    }

    /** Tells these rows from those of other files, collections and times. */
    SourceUid uid(UUID content) {
        return new SourceUid(collectionUid, asOf, names(), content);
    }

    private UUID names() {
        List<String> parts = new ArrayList<>(files);
        parts.add(idPrefix);
        // With their lengths, so that nothing can be cut in two ways.
        String all =
                parts.stream()
                        .map(part -> part.length() + ":" + part)
                        .collect(Collectors.joining());
        return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    @Nullable
    protected RawRecord read(Path file, VectorRows rows) throws IOException {
        if (!rows.advance()) {
            return null;
        }
        int place = files.indexOf(file.toString());
        if (place < 0) {
            throw new IOException(
                    "%s is no file of this backfill, which are %s.".formatted(file, files));
        }
        if (rows.row() >>> ROW_BITS != 0) {
            throw new IOException(
                    "%s, row %d: a file may have 2^%d rows; divide it."
                            .formatted(file, rows.row(), ROW_BITS));
        }
        String id = rows.named() ? rows.id() : idPrefix + rows.row();
        VectorWrite write =
                VectorWrite.newBuilder()
                        .setCollection(collection)
                        .setId(id)
                        .setEncoding(VectorEncoding.valueOf(encoding.name()))
                        .setVector(ByteBuffer.wrap(vector(rows)))
                        .build();
        return new RawRecord(
                file.toString(),
                PARTITION,
                (long) place << ROW_BITS | rows.row(),
                asOf,
                (collection + "/" + id).getBytes(StandardCharsets.UTF_8),
                AvroWire.encode(write),
                false);
    }

    /** The sets of a file take as many places as its largest. */
    private byte[] vector(VectorRows rows) {
        return encoding == Encoding.SET64
                ? Sets.repeated(rows.vector(), dimensions)
                : rows.vector();
    }

    @Override
    protected boolean pass(Path file, VectorRows rows) throws IOException {
        return rows.advance();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return RawRecordSerializer.TYPE;
    }
}
