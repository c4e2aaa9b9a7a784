/** Pipelines of one's own with the operators: a job each, and nothing but them and Flink. */
package io.nearstream.example.operators;
