package io.nearstream.core.partition;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The bytes of a generation. Format 1, big endian: magic (int32), format (int8), number (int32),
 * dimensions (int32), metric, encoding and scheme (int8 each); learned buckets of a number above 0:
 * closure (float32), under inner product the bound of lengths (float64), groups (int32), cells of
 * each (int32 each), centroids (as points, little endian); seeded families: hash bits and tables
 * (int8 each), seed (int64), hashes of a table (int8) under p-stable and MinHash, width (float64)
 * under p-stable; calibration present (int8), sample size (int32), curves (int32), their k (int32
 * each), grid positions (int32), their probes (int32 each), recalls (float32 each, curve by curve);
 * CRC-32C of all of it (int32).
 *
 * <p>Format 2, of learned buckets after the first generation, has more behind the centroids: the
 * bucket of each cell (int32 each), the bucket beyond the bound (int32), the lowest id never given
 * (int32), live records (int64), retired cells (int32), of each its bucket, the generation that
 * split it and the id below which all were given by then (int32 each), and their centroids. A
 * generation that needs none of this is written in format 1.
 *
 * <p>Format 3, of learned buckets that keep codes, is format 2 with more before the checksum: the
 * bytes of the code's parameters (int32) and these.
 */
final class GenerationFormat {
    private static final int MAGIC = 0x4e53474e; // NSGN
    static final int FORMAT_1 = 1;
    static final int FORMAT_2 = 2;
    static final int FORMAT_3 = 3;
    private static final int CURVES_MAX = 64;
    private static final int GRID_MAX = 4_096;

    private GenerationFormat() {}

    static byte[] write(
            CollectionSettings settings,
            int number,
            Buckets buckets,
            Optional<Calibration> calibration,
            byte[] code) {
        boolean first = !(buckets instanceof Cells cells) || cells.history().isFirst();
        int format = code.length > 0 ? FORMAT_3 : first ? FORMAT_1 : FORMAT_2;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeByte(format);
            out.writeInt(number);
            out.writeInt(settings.dimensions());
            out.writeByte(FormatCodes.of(settings.metric()));
            out.writeByte(FormatCodes.of(settings.encoding()));
            out.writeByte(FormatCodes.of(settings.buckets()));
            if (settings.buckets().isSeeded()) {
                writeFamily(out, settings);
            } else if (buckets instanceof Cells cells) {
                CellsFormat.write(out, cells, format);
            }
            out.writeByte(calibration.isPresent() ? 1 : 0);
            if (calibration.isPresent()) {
                write(out, calibration.get());
            }
            if (code.length > 0) {
                out.writeInt(code.length);
                out.write(code);
            }
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed.", e);
        }
        return bytes.toByteArray();
    }

    private static void writeFamily(DataOutputStream out, CollectionSettings settings)
            throws IOException {
        out.writeByte(settings.hashBits());
        out.writeByte(settings.tables());
        out.writeLong(settings.seed());
        if (settings.hashes() > 0) {
            out.writeByte(settings.hashes());
        }
        if (settings.buckets() == BucketScheme.P_STABLE) {
            out.writeDouble(settings.width());
        }
    }

    private static void write(DataOutputStream out, Calibration calibration) throws IOException {
        out.writeInt(calibration.sampleSize());
        out.writeInt(calibration.neighbors().length);
        for (int k : calibration.neighbors()) {
            out.writeInt(k);
        }
        out.writeInt(calibration.probes().length);
        for (int probes : calibration.probes()) {
            out.writeInt(probes);
        }
        for (float[] curve : calibration.recalls()) {
            for (float recall : curve) {
                out.writeFloat(recall);
            }
        }
    }

    static Generation read(CollectionSettings settings, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            check("magic", in.readInt(), MAGIC);
            int format = in.readByte();
            if (format < FORMAT_1 || format > FORMAT_3) {
                throw new IllegalArgumentException(
                        "The generation has format %d, but this build reads formats %d to %d."
                                .formatted(format, FORMAT_1, FORMAT_3));
            }
            checkCrc(bytes);
            int number = within("number", in.readInt(), 0, Integer.MAX_VALUE);
            check("dimensions", in.readInt(), settings.dimensions());
            check("metric", in.readByte(), FormatCodes.of(settings.metric()));
            check("encoding", in.readByte(), FormatCodes.of(settings.encoding()));
            check("bucket scheme", in.readByte(), FormatCodes.of(settings.buckets()));
            Buckets buckets = readBuckets(in, settings, number, format);
            Optional<Calibration> calibration =
                    within("calibration present", in.readByte(), 0, 1) == 1
                            ? Optional.of(readCalibration(in))
                            : Optional.empty();
            byte[] code = format < FORMAT_3 ? new byte[0] : readCode(in);
            check("bytes at the end", in.available(), Integer.BYTES);
            return new Generation(settings, number, buckets, calibration, code);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "The generation ends early: it has %d bytes.".formatted(bytes.length), e);
        }
    }

    private static Buckets readBuckets(
            DataInputStream in, CollectionSettings settings, int number, int format)
            throws IOException {
        if (settings.buckets().isSeeded()) {
            checkFamily(in, settings);
            return SeededTables.of(settings);
        }
        if (number == 0) {
            return new FlatBuckets();
        }
        return CellsFormat.read(in, settings, format);
    }

    private static byte[] readCode(DataInputStream in) throws IOException {
        int left = in.available() - 2 * Integer.BYTES;
        return in.readNBytes(within("bytes of the code", in.readInt(), 1, left));
    }

    private static void checkFamily(DataInputStream in, CollectionSettings settings)
            throws IOException {
        check("hash bits", in.readByte(), settings.hashBits());
        check("tables", in.readByte(), settings.tables());
        if (in.readLong() != settings.seed()) {
            throw new IllegalArgumentException(
                    "The generation was made with another seed than the collection's.");
        }
        if (settings.hashes() > 0) {
            check("hashes of a table", in.readByte(), settings.hashes());
        }
        if (settings.buckets() == BucketScheme.P_STABLE) {
            double width = in.readDouble();
            if (width != settings.width()) {
                throw new IllegalArgumentException(
                        "The generation's width must be %s, but is %s."
                                .formatted(settings.width(), width));
            }
        }
    }

    private static Calibration readCalibration(DataInputStream in) throws IOException {
        int sampleSize = within("sample size", in.readInt(), 1, Integer.MAX_VALUE);
        int[] neighbors = readAscending(in, "curves", CURVES_MAX);
        int[] probes = readAscending(in, "grid", GRID_MAX);
        float[][] recalls = new float[neighbors.length][probes.length];
        for (float[] curve : recalls) {
            for (int i = 0; i < curve.length; i++) {
                curve[i] = in.readFloat();
                if (!(curve[i] >= (i == 0 ? 0 : curve[i - 1]) && curve[i] <= 1)) {
                    throw new IllegalArgumentException(
                            "A recall of the generation must be between the one before it and 1,"
                                    + " but is "
                                    + curve[i]
                                    + ".");
                }
            }
        }
        return new Calibration(sampleSize, neighbors, probes, recalls);
    }

    private static int[] readAscending(DataInputStream in, String what, int lengthMax)
            throws IOException {
        int[] values = new int[within(what, in.readInt(), 1, lengthMax)];
        for (int i = 0; i < values.length; i++) {
            int least = i == 0 ? 1 : values[i - 1] + 1;
            values[i] = within("value of " + what, in.readInt(), least, Integer.MAX_VALUE - 1);
        }
        return values;
    }

    private static void checkCrc(byte[] bytes) {
        int end = bytes.length - Integer.BYTES;
        int stored = 0;
        for (int i = Math.max(0, end); i < bytes.length; i++) {
            stored = stored << Byte.SIZE | bytes[i] & 0xff;
        }
        if (end < 0 || stored != crc(bytes, end)) {
            throw new IllegalArgumentException(
                    "The generation's checksum does not fit its %d bytes: they are damaged or cut."
                            .formatted(bytes.length));
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static void checkSize(String what, double value) {
        if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The generation's %s must be 0 or more, but is %s.".formatted(what, value));
        }
    }

    private static void check(String what, int actual, int expected) {
        if (actual != expected) {
            throw new IllegalArgumentException(
                    "The generation's %s must be %d, but is %d.".formatted(what, expected, actual));
        }
    }

    static int within(String what, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    "The generation's %s must be between %d and %d, but is %d."
                            .formatted(what, low, high, value));
        }
        return value;
    }
}
