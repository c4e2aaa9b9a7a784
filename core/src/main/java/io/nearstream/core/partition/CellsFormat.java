package io.nearstream.core.partition;

import io.nearstream.core.model.CollectionSettings;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;

/** The part of {@link GenerationFormat} that tells of the cells of learned buckets. */
final class CellsFormat {
    private CellsFormat() {}

    /** Writes cells; in format 1 nothing of their history, which then is a first one. */
    static void write(DataOutputStream out, Cells cells, int format) throws IOException {
        out.writeFloat(cells.closure());
        if (cells.space().isBounded()) {
            out.writeDouble(cells.space().bound());
        }
        int[] groupSizes = cells.codebook().groupSizes();
        out.writeInt(groupSizes.length);
        for (int size : groupSizes) {
            out.writeInt(size);
        }
        out.write(cells.codebook().centroids());
        if (format > GenerationFormat.FORMAT_1) {
            write(out, cells.history());
        }
    }

    private static void write(DataOutputStream out, CellHistory history) throws IOException {
        for (int id : history.ids()) {
            out.writeInt(id);
        }
        out.writeInt(history.beyond());
        out.writeInt(history.next());
        out.writeLong(history.live());
        out.writeInt(history.retired().length);
        for (int i = 0; i < history.retired().length; i++) {
            out.writeInt(history.retired()[i]);
            out.writeInt(history.retiredBy()[i]);
            out.writeInt(history.existing()[i]);
        }
        out.write(history.retiredCentroids());
    }

    /** Reads what {@link #write} wrote. */
    static Cells read(DataInputStream in, CollectionSettings settings, int format)
            throws IOException {
        float closure = in.readFloat();
        GenerationFormat.checkSize("closure", closure);
        double bound = RoutingSpace.isBounded(settings) ? in.readDouble() : 0;
        GenerationFormat.checkSize("bound of lengths", bound);
        RoutingSpace space = new RoutingSpace(settings, bound);
        int cellsMax = in.available() / space.pointBytes();
        int[] groupSizes = new int[GenerationFormat.within("groups", in.readInt(), 1, cellsMax)];
        int cells = 0;
        for (int group = 0; group < groupSizes.length; group++) {
            groupSizes[group] =
                    GenerationFormat.within("cells of a group", in.readInt(), 1, cellsMax - cells);
            cells += groupSizes[group];
        }
        byte[] centroids = readPoints(in, space, cells);
        CellHistory history =
                format == GenerationFormat.FORMAT_1
                        ? CellHistory.first(cells)
                        : readHistory(in, space, cells);
        return new Cells(space, new Codebook(space, centroids, groupSizes), closure, history);
    }

    private static CellHistory readHistory(DataInputStream in, RoutingSpace space, int cells)
            throws IOException {
        int[] ids = new int[cells];
        for (int i = 0; i < cells; i++) {
            ids[i] = in.readInt();
        }
        int beyond = in.readInt();
        int next = in.readInt();
        long live = in.readLong();
        GenerationFormat.checkSize("live records", live);
        int most = in.available() / space.pointBytes();
        int count = GenerationFormat.within("retired cells", in.readInt(), 0, most);
        int[] retired = new int[count];
        int[] retiredBy = new int[count];
        int[] existing = new int[count];
        for (int i = 0; i < count; i++) {
            retired[i] = in.readInt();
            retiredBy[i] = in.readInt();
            existing[i] = in.readInt();
        }
        return new CellHistory(
                ids,
                beyond,
                next,
                live,
                retired,
                retiredBy,
                existing,
                readPoints(in, space, count));
    }

    private static byte[] readPoints(DataInputStream in, RoutingSpace space, int count)
            throws IOException {
        byte[] points = in.readNBytes(count * space.pointBytes());
        if (points.length < count * space.pointBytes()) {
            throw new EOFException();
        }
        if (!space.arePoints(points)) {
            throw new IllegalArgumentException(
                    "The generation's centroids hold a value that is not finite.");
        }
        return points;
    }
}
