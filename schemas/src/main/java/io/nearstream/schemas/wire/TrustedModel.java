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

    /** A model for one generated class, that uses the coders which were generated with it. */
    public static SpecificData create() {
        SpecificData model = new SpecificData();
        model.setCustomCoders(true); // The generic ones ask the schema what each field is.
        return model;
    }
}
