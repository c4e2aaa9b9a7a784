package io.nearstream.cli;

/**
 * One question of the demo.
 *
 * @param name for people
 * @param row its row in the file of queries, or its number in a sample
 * @param vector in the collection's encoding
 */
record DemoQuery(String name, int row, byte[] vector) {}
