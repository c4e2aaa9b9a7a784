package io.nearstream.jobs.common.control;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CodeKind;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.core.partition.Generation;
import io.nearstream.schemas.BucketKind;
import io.nearstream.schemas.CellCode;
import io.nearstream.schemas.CodebookChunk;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.RecallGauged;
import io.nearstream.schemas.Settled;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorMetric;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The records of the collections topic and their keys, from and to the model. */
public final class ControlRecords {
    /** Bytes of a codebook in one record. */
    public static final int CHUNK_BYTES_MAX = 512 * 1024;

    private ControlRecords() {}

    /** The descriptor of a collection; with {@code dropped}, the one that drops it. */
    public static CollectionDescriptor descriptor(CollectionSettings settings, boolean dropped) {
        return CollectionDescriptor.newBuilder()
                .setName(settings.name())
                .setUid(settings.uid())
                .setDropped(dropped)
                .setDimensions(settings.dimensions())
                .setMetric(VectorMetric.valueOf(settings.metric().name()))
                .setEncoding(VectorEncoding.valueOf(settings.encoding().name()))
                .setBuckets(BucketKind.valueOf(settings.buckets().name()))
                .setHashBits(settings.hashBits())
                .setTables(settings.tables())
                .setSeed(settings.seed())
                .setTargetRecall(settings.targetRecall())
                .setTrainAfter(settings.trainAfter())
                .setCells(settings.cells())
                .setHashes(settings.hashes())
                .setWidth(settings.width())
                .setCode(CellCode.valueOf(settings.code().name()))
                .setRerank(settings.rerank())
                .build();
    }

    /** The settings in a descriptor; an {@link IllegalArgumentException} where they are invalid. */
    public static CollectionSettings settings(CollectionDescriptor descriptor) {
        return new CollectionSettings(
                descriptor.getName(),
                descriptor.getUid(),
                descriptor.getDimensions(),
                Metric.valueOf(descriptor.getMetric().name()),
                Encoding.valueOf(descriptor.getEncoding().name()),
                BucketScheme.valueOf(descriptor.getBuckets().name()),
                descriptor.getHashBits(),
                descriptor.getTables(),
                descriptor.getSeed(),
                descriptor.getTargetRecall(),
                descriptor.getTrainAfter(),
                descriptor.getCells(),
                descriptor.getHashes(),
                descriptor.getWidth(),
                CodeKind.valueOf(descriptor.getCode().name()),
                descriptor.getRerank());
    }

    /** A generation in chunks, in the order in which they are to be written. */
    public static List<CodebookChunk> chunks(CollectionSettings settings, Generation generation) {
        byte[] bytes = generation.toBytes();
        int count = Math.max(1, (bytes.length + CHUNK_BYTES_MAX - 1) / CHUNK_BYTES_MAX);
        List<CodebookChunk> chunks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int from = i * CHUNK_BYTES_MAX;
            int length = Math.min(CHUNK_BYTES_MAX, bytes.length - from);
            chunks.add(
                    CodebookChunk.newBuilder()
                            .setCollection(settings.name())
                            .setCollectionUid(settings.uid())
                            .setGeneration(generation.number())
                            .setHash(generation.hash())
                            .setChunk(i)
                            .setChunks(count)
                            .setBytes(ByteBuffer.wrap(bytes, from, length).slice())
                            .build());
        }
        return chunks;
    }

    /** Kafka key of a descriptor. */
    public static byte[] key(CollectionDescriptor descriptor) {
        return utf8(descriptor.getName());
    }

    /** Kafka key of a chunk: {@code collection/generation/hash/chunk}. */
    public static byte[] key(CodebookChunk chunk) {
        return utf8(
                "%s/%d/%016x/%d"
                        .formatted(
                                chunk.getCollection(),
                                chunk.getGeneration(),
                                chunk.getHash(),
                                chunk.getChunk()));
    }

    /** Kafka key of an announcement: {@code collection/generation/settled/job/subtask}. */
    public static byte[] key(Settled announcement) {
        return utf8(
                "%s/%d/settled/%s/%d"
                        .formatted(
                                announcement.getCollection(),
                                announcement.getGeneration(),
                                announcement.getJob(),
                                announcement.getSubtask()));
    }

    /** Kafka key of an estimate: {@code collection/generation/recall/job}. */
    public static byte[] key(RecallGauged gauged) {
        return utf8(
                "%s/%d/recall/%s"
                        .formatted(
                                gauged.getCollection(), gauged.getGeneration(), gauged.getJob()));
    }

    private static byte[] utf8(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }
}
