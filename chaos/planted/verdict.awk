# What became of planted bugs. Input: a line for each bug, its name and the counter it is expected to be named by; 'none' is the build as it is.
# -v results=FILE: lines of bug, seed and the counters below, separated by tabs. -v first=, -v last= of the seeds that count; one without a
# result is not caught. -v shape= table or json. Exit: 0 if every bug is named by its counter in 9 of 10 seeds, and 'none' counts nothing.
BEGIN {
    columns = split("lost duplicates phantoms corrupt resurrected wrong_answers", name, " ")
    need = 9 # of 10
    while ((getline line < results) > 0) {
        split(line, field, "\t")
        row[field[1], field[2]] = line
    }
    passed = 1
    if (shape == "table")
        printf "%-20s %5s  %-50s %-7s %s\n", "BUG", "SEED", "COUNTED", "CAUGHT", "NAMED"
}
{
    bug = $1; expected = $2; caught = named = quiet = 0
    for (seed = first; seed <= last; seed++) {
        above = ""; counts = ""; isNamed = 0
        known = (bug, seed) in row
        if (known) {
            split(row[bug, seed], field, "\t")
            for (i = 1; i <= columns; i++) {
                count = field[i + 2]
                counts = counts sprintf(", \"%s\": %d", name[i], count)
                if (count > 0) {
                    above = above (above == "" ? "" : ", ") name[i] " " count
                    if (name[i] == expected) isNamed = 1
                }
            }
        }
        isCaught = above != ""
        caught += isCaught; named += isNamed; quiet += known && !isCaught
        if (shape == "table")
            printf "%-20s %5d  %-50s %-7s %s\n", bug, seed, !known ? "no result" : isCaught ? above : "nothing", \
                isCaught ? "yes" : "no", bug == "none" ? "" : (isNamed ? "yes, by " : "not by ") expected
        else
            runs = runs (runs == "" ? "" : ",\n  ") sprintf("{\"bug\": \"%s\", \"seed\": %d, \"result\": %s%s, \"caught\": %s, \"named\": %s}", \
                bug, seed, known ? "true" : "false", counts, isCaught ? "true" : "false", isNamed ? "true" : "false")
    }
    of = last - first + 1
    good = bug == "none" ? quiet == of : 10 * named >= need * of
    if (!good) passed = 0
    sum = bug == "none" ? sprintf("%s: nothing counted in %d of %d seeds", bug, quiet, of) : \
        sprintf("%s: caught in %d of %d seeds, named by %s in %d", bug, caught, of, expected, named)
    sums = sums sum (good ? "" : ": NOT ENOUGH") "\n"
    bugs = bugs (bugs == "" ? "" : ",\n  ") sprintf("{\"bug\": \"%s\", \"named_by\": \"%s\", \"seeds\": %d, \"caught\": %d, \"named\": %d, \"quiet\": %d, \"passed\": %s}", \
        bug, expected, of, caught, named, quiet, good ? "true" : "false")
}
END {
    if (shape == "table") printf "\n%s", sums
    else printf "{\"passed\": %s, \"bugs\": [\n  %s\n], \"runs\": [\n  %s\n]}\n", passed ? "true" : "false", bugs, runs
    exit !passed
}