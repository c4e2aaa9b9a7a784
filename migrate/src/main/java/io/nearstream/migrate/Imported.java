package io.nearstream.migrate;

/**
 * What became of the records of a file that was imported.
 *
 * @param records in the file: the sum of the others
 * @param written were not there, or were replaced
 * @param same were there already, with the same content
 * @param kept are there with other content, which was left as it is
 * @param expired have expired since they were exported
 */
public record Imported(long records, long written, long same, long kept, long expired) {}
