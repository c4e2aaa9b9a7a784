package io.nearstream.schemas.wire;

import org.apache.avro.specific.SpecificData;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * Avro's model of the generated classes. Avro instantiates only classes that it was told to trust;
 * each generated class takes its model from here, so that whoever uses one of them first, and be it
 * without {@link AvroWire}, has told it. Thread-safe.
 */
public final class TrustedModel {
    private static final String GENERATED = "io.nearstream.schemas";

    static {
        ClassSecurityValidator.setGlobal(
                ClassSecurityValidator.composite(
                        ClassSecurityValidator.getGlobal(),
                        type -> type.getPackageName().equals(GENERATED)));
    }

    private TrustedModel() {}

    /** A model for one generated class. */
    public static SpecificData create() {
        return new SpecificData();
    }
}
