package io.nearstream.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a {@link StepListener} heard: by step, as "done of total". */
final class Heard implements StepListener {
    private final Map<String, List<String>> steps = new LinkedHashMap<>();
    private List<String> current = new ArrayList<>();

    @Override
    public void step(String name) {
        current = new ArrayList<>();
        steps.put(name, current);
    }

    @Override
    public void at(long done, long total) {
        current.add(done + " of " + total);
    }

    List<String> steps() {
        return List.copyOf(steps.keySet());
    }

    List<String> of(String step) {
        return steps.get(step);
    }
}
