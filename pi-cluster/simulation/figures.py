"""What a run says: throughput, efficiency, balance, energy; as tables, JSON and a picture. Pure functions of what was measured."""

OUTSIDE_MOST = 0.85
OTHERS_NOTABLE = 0.10
LOADS = {"gets": "gets/s", "puts": "puts/s", "probes": "probes/s"}


def rest_of(processors, share, most_hosts):
    """Cores that are left for broker, JobManager and load generator: the same whatever the number of hosts."""
    left = processors - share * most_hosts
    if left <= 0:
        raise ValueError(
            "%d hosts with %.2f of a core each leave nothing of %d processors for broker, JobManager and load generator."
            % (most_hosts, share, processors)
        )
    return left


def watts(utilisations, idle, busy):
    """Power of hosts by the model: idle, and in proportion to their use of their share up to busy."""
    return sum(idle + (busy - idle) * min(1.0, use) for use in utilisations)


def max_over_mean(shares):
    """1 where all do the same; as many as there are where one does all."""
    total = sum(shares)
    return max(shares) * len(shares) / total if total else 0.0


def by_host(operations, hosts_of_subtasks, hosts):
    """Operations of each host from operations of each subtask."""
    sums = dict.fromkeys(hosts, 0)
    for subtask, count in enumerate(operations):
        sums[hosts_of_subtasks[subtask]] += count
    return [sums[host] for host in hosts]


def of_step(load, step, used, busy, run):
    """A measured step of a load joined with the processor time of the hosts meanwhile.

    used: cores that each group took; busy: cores that the whole machine took;
    run: hosts {name: cores it may take}, beside [names], rest, keys_on (hosts of subtasks), energy (idle, busy) or None."""
    hosts = list(run["hosts"])
    utilisation = [used[host] / run["hosts"][host] for host in hosts]
    outside = {name: used[name] for name in run["beside"]}
    figures = {
        "load": load,
        "in_flight": step["in_flight"],
        "per_s": step["per_s"],
        "p50_ms": step["p50_ms"],
        "p99_ms": step["p99_ms"],
        "failures": step["failures"],
        "wrong": step["wrong"],
        "first_failure": step["first_failure"],
        "host_cpu": dict(zip(hosts, (round(use, 3) for use in utilisation))),
        "cpu_max_over_mean": round(max_over_mean(utilisation), 3),
        "outside_cores": {name: round(cores, 3) for name, cores in outside.items()},
        "outside_busy": round(sum(outside.values()) / run["rest"], 3),
        "others_cores": round(max(0.0, busy - sum(used.values())), 3),
        "cpu_us_per_operation": round(sum(used[host] for host in hosts) * 1e6 / step["per_s"], 1) if step["per_s"] else None,
    }
    if run["keys_on"] and load in ("gets", "puts"):
        counts = by_host(step["operations_by_subtask"], run["keys_on"], hosts)
        figures["operations_share"] = [round(count / max(1, sum(counts)), 3) for count in counts]
        figures["operations_max_over_mean"] = round(max_over_mean(counts), 3)
    if load == "probes" and step.get("probes"):
        for cost in ("messages", "buckets", "vectors_scored", "hits"):
            figures[cost + "_per_probe"] = round(step[cost] / step["probes"], 2)
    if run["energy"]:
        power = watts(utilisation, *run["energy"])
        figures["watts"] = round(power, 2)
        figures["operations_per_joule"] = round(step["per_s"] / power, 1)
    figures["valid"] = figures["outside_busy"] <= OUTSIDE_MOST
    return figures


def best(steps):
    """The best valid throughput; without a valid one, the best of all, which is marked as invalid."""
    valid = [step for step in steps if step["valid"]]
    return max(valid or steps, key=lambda step: step["per_s"])


def efficiency(per_s, hosts, one):
    return per_s / (hosts * one) if one else None


def table(rows):
    """Columns as wide as what stands in them; the first to the left, others to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[column]) for row in texts) for column in range(len(texts[0]))]
    lines = []
    for row in texts:
        cells = [cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(row, widths))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def show(report):
    """The report for people."""
    parts = []
    for load, unit in LOADS.items():
        runs = [run for run in report["runs"] if load in run["loads"]]
        if not runs:
            continue
        one = next((run["loads"][load]["per_s"] for run in runs if run["pis"] == 1), None)
        rows = [("run", unit, "x one", "efficiency", "in flight", "p50 ms", "p99 ms", "host cpu", "cpu max/mean", "share max/mean", "outside", "W", "per J", "")]
        for run in runs:
            figures = run["loads"][load]
            times = figures["per_s"] / one if one else None
            rows.append(
                (
                    run["name"],
                    "{:,.0f}".format(figures["per_s"]),
                    number(times, "%.2f"),
                    number(efficiency(figures["per_s"], run["pis"], one) if run["pis"] and one else None, "%.0f %%", 100),
                    figures["in_flight"],
                    "%.1f" % figures["p50_ms"],
                    "%.1f" % figures["p99_ms"],
                    "%.0f %%" % (100 * sum(figures["host_cpu"].values()) / len(figures["host_cpu"])),
                    "%.2f" % figures["cpu_max_over_mean"],
                    number(figures.get("operations_max_over_mean"), "%.2f"),
                    "%.0f %%" % (100 * figures["outside_busy"]),
                    number(figures.get("watts"), "%.1f"),
                    number(figures.get("operations_per_joule"), "%.0f"),
                    remarks(figures),
                )
            )
        parts.append(table(rows))
    return "\n\n".join(parts)


def remarks(figures):
    words = []
    if not figures["valid"]:
        words.append("INVALID: outside is busier than %.0f %%" % (100 * OUTSIDE_MOST))
    if not figures["steady"]:
        words.append("not steady")
    if figures["others_cores"] > OTHERS_NOTABLE:
        words.append("others took %.2f cores" % figures["others_cores"])
    if figures["failures"] or figures["wrong"]:
        words.append("%d failed, %d wrong" % (figures["failures"], figures["wrong"]))
    return ", ".join(words)


def number(value, form, times=1):
    return "-" if value is None else form % (value * times)


def picture(report):
    """Throughput by hosts as SVG: a panel for each load, dashed where four would be four times one."""
    width, height, gap, bottom = 240, 220, 70, 180
    parts = []
    panels = [load for load in LOADS if any(load in run["loads"] for run in report["runs"])]
    for panel, load in enumerate(panels):
        points = sorted((run["pis"], run["loads"][load]["per_s"]) for run in report["runs"] if run["pis"] and load in run["loads"])
        others = [(run["name"], run["loads"][load]["per_s"]) for run in report["runs"] if not run["pis"] and load in run["loads"]]
        left = 60 + panel * (width + gap)
        ideal = points[0][1] / points[0][0] if points else 0
        most = max([per_s for _, per_s in points + others] + [ideal * max([count for count, _ in points] or [1])]) or 1
        columns = max([count for count, _ in points] or [1])

        def place(count, per_s):
            return left + width * count / (columns + 0.5), bottom - (bottom - 30) * per_s / most

        parts.append('<text x="%d" y="18" font-weight="bold">%s by hosts</text>' % (left, LOADS[load]))
        parts.append('<path d="M%d 25V%dH%d" fill="none" stroke="#888"/>' % (left, bottom, left + width))
        if points:
            parts.append('<path d="M%.1f %.1fL%.1f %.1f" stroke="#bbb" stroke-dasharray="4"/>' % (*place(0, 0), *place(columns, ideal * columns)))
            line = "L".join("%.1f %.1f" % place(*point) for point in points)
            parts.append('<path d="M%s" fill="none" stroke="#06c" stroke-width="2"/>' % line)
        for count, per_s in points:
            x, y = place(count, per_s)
            parts.append('<circle cx="%.1f" cy="%.1f" r="3" fill="#06c"/><text x="%.1f" y="%.1f">%s</text>' % (x, y, x + 5, y + 4, "{:,.0f}".format(per_s)))
            parts.append('<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (x, bottom + 15, count))
        for name, per_s in others:
            _, y = place(0, per_s)
            parts.append('<path d="M%d %.1fh%d" stroke="#c60"/><text x="%d" y="%.1f" fill="#c60">%s</text>' % (left, y, width, left + 4, y - 3, name))
    return '<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="11">\n%s\n</svg>\n' % (
        60 + len(panels) * (width + gap),
        height,
        "\n".join(parts),
    )
