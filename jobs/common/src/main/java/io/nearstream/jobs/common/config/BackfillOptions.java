package io.nearstream.jobs.common.config;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.util.List;
import org.apache.flink.configuration.ConfigOption;

/** The options of an ingest job that reads files, too; on the same page as all others. */
public final class BackfillOptions {
    /** What the keys begin with. */
    public static final String KEYS = "nearstream.backfill.";

    /** In the place of files: none any more, also where some have not been read to their end. */
    public static final String NO_FILES = "none";

    /** In the place of a time: that of the collection's creation. */
    public static final String CREATION = "creation";

    public static final ConfigOption<List<String>> FILES =
            key("nearstream.backfill.files")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "The ingest job reads these vector files (.fvecs, .bvecs, IDX, .avro; several with ; between) into a collection, beside Kafka; every TaskManager must find them, and where the job is submitted. Several must be .avro with ids. They are read once; option and files stay as they are until all have ended. A file that has changed by the next start is another one, and read. 'none': no more of them, also where some have not ended; what was not read is left out.");

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
                            "When the files were true, as 2026-11-22T10:00:00Z: of a record that is also in Kafka, the row wins over writes appended before, and loses to all others. 'creation': when the collection was created, so every write through Kafka wins; that is the default for a job without state. A job with state must be told, and another time than for earlier files of the collection.");

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
                            "The job goes on from state: writes that retention took are not missed, and a time of new files must be given. Set by who knows it: ./nearstream cluster, the embedded cluster, and flink run -s.");

    public static final ConfigOption<List<String>> KNOWN =
            key("nearstream.backfill.known")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Uids of the sources of files that the state knows, which the job goes on from: others are added to it. Set by who has looked: ./nearstream cluster and the embedded cluster.");

    public static final ConfigOption<List<String>> ENDED =
            key("nearstream.backfill.ended")
                    .stringType()
                    .asList()
                    .defaultValues()
                    .withDescription(
                            "Those of 'nearstream.backfill.known' whose files have been read to their end: they may be gone.");

    private BackfillOptions() {}
}
