package io.nearstream.jobs.common.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** The options of an ingest job that reads files, too; on the same page as all others. */
public final class BackfillOptions {
    /** In the place of files: none any more, also where some have not been read to their end. */
    public static final String NO_FILES = "none";

    public static final ConfigOption<List<String>> FILES =
            key("nearstream.backfill.files")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "The ingest job reads these vector files (.fvecs, .bvecs, IDX, .avro; several with ; between) into a collection, beside Kafka; every TaskManager must find them, and where the job is submitted. Several must be .avro with ids. They are read once; the option stays until they have ended. 'none': no more of them, also where some have not ended; what was not read is left out.");

    public static final ConfigOption<String> COLLECTION =
            key("nearstream.backfill.collection")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "The collection of the files' rows; it exists when the job is submitted, with their encoding and dimensions.");

    public static final ConfigOption<String> AS_OF =
            key("nearstream.backfill.as-of")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "When the files were true, as 2026-11-22T10:00:00Z: of a record that is also in Kafka, the row wins over writes appended before, and loses to all others. Empty: the collection's creation, so every write through Kafka wins.");

    public static final ConfigOption<String> ID_PREFIX =
            key("nearstream.backfill.id-prefix")
                    .stringType()
                    .defaultValue("")
                    .withDescription(
                            "Stands before a row's number where rows have no ids of their own.");

    public static final ConfigOption<Boolean> GOES_ON =
            key("nearstream.backfill.goes-on")
                    .booleanType()
                    .defaultValue(false)
                    .withDescription(
                            "The job goes on from state: files that are gone and writes that retention took are not missed. Set by who knows it: ./nearstream cluster, the embedded cluster, and flink run -s.");

    public static final ConfigOption<List<String>> KNOWN =
            key("nearstream.backfill.known")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Uids of the sources of files that the state knows, which the job goes on from: others are added to it. Set by who has looked: ./nearstream cluster and the embedded cluster.");

    private BackfillOptions() {}
}
