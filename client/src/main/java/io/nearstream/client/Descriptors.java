package io.nearstream.client;

import io.nearstream.core.model.BucketScheme;
import io.nearstream.core.model.CollectionSettings;
import io.nearstream.core.model.Encoding;
import io.nearstream.core.model.Metric;
import io.nearstream.schemas.BucketKind;
import io.nearstream.schemas.CollectionDescriptor;
import io.nearstream.schemas.VectorEncoding;
import io.nearstream.schemas.VectorMetric;

/** Between a collection's settings and the record that carries them. */
final class Descriptors {
    private Descriptors() {}

    /**
     * The settings in a record.
     *
     * @throws IllegalArgumentException if they are out of range
     */
    static CollectionSettings settings(CollectionDescriptor descriptor) {
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
                descriptor.getCells());
    }

    static CollectionDescriptor descriptor(CollectionSettings settings, boolean dropped) {
        return new CollectionDescriptor(
                settings.name(),
                settings.uid(),
                dropped,
                settings.dimensions(),
                VectorMetric.valueOf(settings.metric().name()),
                VectorEncoding.valueOf(settings.encoding().name()),
                BucketKind.valueOf(settings.buckets().name()),
                settings.hashBits(),
                settings.tables(),
                settings.seed(),
                settings.targetRecall(),
                settings.trainAfter(),
                settings.cells());
    }
}
