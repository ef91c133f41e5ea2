"""Runs as tables: each engine's gap to the best known cost, engines side by side."""

import statistics
from collections import defaultdict


def references(runs):
    """Per instance the best known cost, or what a run found below it."""
    costs = defaultdict(list)
    for run in runs:
        known = [] if run.best is None else [run.best]
        costs[run.instance] += known + ([run.cost] if run.complete else [])
    return {instance: min(found) for instance, found in costs.items() if found}


def gaps(runs):
    """Median gap over seeds by instance and engine; None where a seed served not all."""
    runs = list(runs)
    best, seeds = references(runs), defaultdict(list)
    for run in runs:
        seeds[run.instance, run.engine].append(
            run.cost / best[run.instance] - 1 if run.complete else None
        )
    return {
        key: None if None in found else statistics.median(found) for key, found in seeds.items()
    }


def table(runs, engines):
    """Rows of instances, means of classes, and the mean of all."""
    runs = list(runs)
    found, kinds = gaps(runs), {run.instance: run.kind for run in runs}
    left = {(run.instance, run.engine): run.left for run in runs if not run.complete}
    lines = [f"{'':14}" + "".join(f"{engine:>12}" for engine in engines)]
    if len(kinds) < 20:
        lines += [
            _line(instance, [_cell(found, left, instance, engine) for engine in engines])
            for instance in kinds
        ]
    for kind in dict.fromkeys(kinds.values()):
        members = [instance for instance, own in kinds.items() if own == kind]
        lines.append(_line(f"mean {kind}", [_mean(found, members, e) for e in engines]))
    lines.append(_line("mean", [_mean(found, kinds, engine) for engine in engines]))
    return "\n".join(lines)


def ratio(runs, engine, peer):
    """Mean over instances of one engine's median cost to another's, minus 1."""
    found = gaps(runs)
    pairs = [
        (gap, found.get((instance, peer)))
        for (instance, name), gap in found.items()
        if name == engine
    ]
    both = [(1 + a) / (1 + b) - 1 for a, b in pairs if a is not None and b is not None]
    return statistics.fmean(both) if both else None


def mean_gap(runs, engine):
    """Mean over instances of an engine's median gap; None where it served not all."""
    own = [gap for (_, name), gap in gaps(runs).items() if name == engine]
    return statistics.fmean(own) if own and None not in own else None


def _line(title, cells):
    return f"{title:14}" + "".join(f"{cell:>12}" for cell in cells)


def _cell(found, left, instance, engine):
    gap = found.get((instance, engine), "")
    if gap is None:
        return f"{left[instance, engine]} left"
    return gap if gap == "" else f"{gap:+.2%}"


def _mean(found, instances, engine):
    """Mean of what was served, and on how many instances not all was."""
    own = [found[name, engine] for name in instances if (name, engine) in found]
    served = [gap for gap in own if gap is not None]
    if not served:
        return "none" if own else ""
    missed = f" -{len(own) - len(served)}" if len(served) < len(own) else ""
    return f"{statistics.fmean(served):+.2%}{missed}"
