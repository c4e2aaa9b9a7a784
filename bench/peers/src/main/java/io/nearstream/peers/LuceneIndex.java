package io.nearstream.peers;

import io.nearstream.bench.peer.ChangingIndex;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.similarity.VectorSpace;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.FilterCodec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.codecs.perfield.PerFieldKnnVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnByteVectorField;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * One Lucene index. Unsigned bytes under L2 are indexed as signed ones, all shifted by 128, which
 * changes no distance; everything else as float32, of length 1 under cosine. The writer's buffer
 * holds the data sets that are measured, so that there is one segment and no merge, which suits
 * both its build and its searches; nothing forces that. Each refresh of an index that changes makes
 * a segment, and merges are done by the thread that adds; documents are replaced and deleted by a
 * term, which only such an index has.
 */
final class LuceneIndex implements ChangingIndex {
    static final int MAX_CONNECTIONS = 16;
    static final int BEAM_WIDTH = 100;

    private static final double BUFFER_MB = 1_024;
    private static final String VECTOR = "vector";
    private static final String ROW = "row";
    private static final String ID = "id";
    private static final int SIGN = 0x80;

    private final VectorSpace space;
    private final boolean changing;
    private final boolean bytes;
    private final VectorSimilarityFunction similarity;
    private final Directory directory;
    private final IndexWriter writer;
    private volatile Shown shown = new Shown(null, new int[0]);

    /** What searches see: a reader, and the row of every document. */
    private record Shown(DirectoryReader reader, int[] rows) {}

    /**
     * An empty index.
     *
     * @param changing whether rows are replaced and removed
     */
    LuceneIndex(VectorSpace space, Path dir, boolean changing) throws IOException {
        this.space = space;
        this.changing = changing;
        this.bytes =
                space.metric() == Metric.L2
                        && (space.encoding() == Encoding.UINT8
                                || space.encoding() == Encoding.INT8);
        this.similarity =
                space.metric() == Metric.L2
                        ? VectorSimilarityFunction.EUCLIDEAN
                        : VectorSimilarityFunction.DOT_PRODUCT;
        this.directory = FSDirectory.open(dir);
        IndexWriterConfig config =
                new IndexWriterConfig()
                        .setCodec(codec())
                        .setRAMBufferSizeMB(BUFFER_MB)
                        .setMergeScheduler(new SerialMergeScheduler())
                        .setUseCompoundFile(false);
        this.writer = new IndexWriter(directory, config);
    }

    private static Codec codec() {
        Codec standard = Codec.getDefault();
        KnnVectorsFormat hnsw = new Lucene99HnswVectorsFormat(MAX_CONNECTIONS, BEAM_WIDTH);
        return new FilterCodec(standard.getName(), standard) {
            @Override
            public KnnVectorsFormat knnVectorsFormat() {
                return new PerFieldKnnVectorsFormat() {
                    @Override
                    public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                        return hnsw;
                    }
                };
            }
        };
    }

    @Override
    public void add(int row, byte[] vector) throws IOException {
        Document document = new Document();
        Field field =
                bytes
                        ? new KnnByteVectorField(VECTOR, signed(vector), similarity)
                        : new KnnFloatVectorField(VECTOR, Floats.of(space, vector), similarity);
        document.add(field);
        document.add(new NumericDocValuesField(ROW, row));
        if (changing) {
            document.add(new StringField(ID, Integer.toString(row), Field.Store.NO));
            writer.updateDocument(id(row), document);
        } else {
            writer.addDocument(document);
        }
    }

    @Override
    public void remove(int row) throws IOException {
        if (!changing) {
            throw new IllegalStateException("This index was made without terms to delete by.");
        }
        writer.deleteDocuments(id(row));
    }

    private static Term id(int row) {
        return new Term(ID, Integer.toString(row));
    }

    private byte[] signed(byte[] vector) {
        if (space.encoding() == Encoding.INT8) {
            return vector;
        }
        byte[] shifted = new byte[vector.length];
        for (int i = 0; i < shifted.length; i++) {
            shifted[i] = (byte) (vector[i] ^ SIGN);
        }
        return shifted;
    }

    @Override
    public void refresh() throws IOException {
        DirectoryReader old = shown.reader;
        DirectoryReader reader =
                old == null
                        ? DirectoryReader.open(writer)
                        : DirectoryReader.openIfChanged(old, writer);
        if (reader == null) {
            return;
        }
        int[] rows = new int[reader.maxDoc()];
        for (LeafReaderContext leaf : reader.leaves()) {
            NumericDocValues values = leaf.reader().getNumericDocValues(ROW);
            while (values.nextDoc() != NumericDocValues.NO_MORE_DOCS) {
                rows[leaf.docBase + values.docID()] = (int) values.longValue();
            }
        }
        shown = new Shown(reader, rows);
    }

    @Override
    public Searcher searcher() {
        Shown seen = shown;
        IndexSearcher searcher = new IndexSearcher(seen.reader);
        searcher.setQueryCache(null);
        return (query, k, effort) -> {
            int candidates = Math.max(k, effort);
            Query nearest =
                    bytes
                            ? new KnnByteVectorQuery(VECTOR, signed(query), candidates)
                            : new KnnFloatVectorQuery(VECTOR, Floats.of(space, query), candidates);
            ScoreDoc[] hits = searcher.search(nearest, k).scoreDocs;
            int[] found = new int[hits.length];
            for (int i = 0; i < found.length; i++) {
                found[i] = seen.rows[hits[i].doc];
            }
            return found;
        };
    }

    @Override
    public long bytes() throws IOException {
        long sum = 0;
        for (String file : directory.listAll()) {
            sum += directory.fileLength(file);
        }
        return sum;
    }

    /** Readers of earlier refreshes end with the process. */
    @Override
    public void close() throws IOException {
        if (shown.reader != null) {
            shown.reader.close();
        }
        writer.rollback();
        directory.close();
    }
}
