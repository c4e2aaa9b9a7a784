package io.nearstream.migrate;

import org.apache.flink.api.common.accumulators.Accumulator;

/** The first text that anybody added; empty for none. Belongs to one thread. */
final class FirstText implements Accumulator<String, String> {
    private static final long serialVersionUID = 1L;

    private String text = "";

    @Override
    public void add(String value) {
        if (text.isEmpty()) {
            text = value;
        }
    }

    @Override
    public String getLocalValue() {
        return text;
    }

    @Override
    public void resetLocal() {
        text = "";
    }

    @Override
    public void merge(Accumulator<String, String> other) {
        add(other.getLocalValue());
    }

    @Override
    public Accumulator<String, String> clone() {
        FirstText copy = new FirstText();
        copy.text = text;
        return copy;
    }
}
