"""Writes the numbers that test/domain/anomaly compares itself with, from SciPy and scikit-learn.

    python3 -m venv .cache/reference && .cache/reference/bin/pip install scipy scikit-learn
    .cache/reference/bin/python test/domain/anomaly/reference/write.py

Long samples are not written but made on both sides by one rule (`made`, and made.ts), so that the files stay small.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.cluster import DBSCAN
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score

here = pathlib.Path(__file__).parent
MODULUS = 2**31 - 1


def uniform(count, seed):
    """Park and Miller's generator: exact in a double of either language."""
    state, out = seed, np.empty(count)
    for i in range(count):
        state = state * 48271 % MODULUS
        out[i] = state / MODULUS
    return out


def made(size, seed, power, shift, places):
    """uniform ** power + shift, rounded down to `places` steps a unit: few steps make ties. power is 1 or 2, so both sides agree."""
    u = uniform(size, seed)
    values = (u * u if power == 2 else u) + shift
    return np.floor(values * places) / places


def write(name, value):
    value = {"versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__}, **value}
    (here / f"{name}.json").write_text(json.dumps(value, separators=(",", ":")) + "\n")


def kolmogorov_smirnov():
    cases = []
    sizes = [(5, 5), (5, 7), (8, 20), (13, 17), (30, 30), (50, 75), (100, 100), (64, 96), (199, 500), (380, 380), (1000, 999),
             (2500, 4000), (10000, 10000), (10000, 7), (10000, 9000), (20000, 5), (20000, 30), (20000, 120), (20000, 150), (20000, 400),
             (12000, 3000), (20000, 20000), (15000, 11000)]
    for n1, n2 in sizes:
        small = 1.2 * np.sqrt((n1 + n2) / (n1 * n2))
        for places, power, shift in [(2**30, 1, 0.0), (2**30, 1, small / 4), (2**30, 1, small), (2**30, 1, 1.7 * small), (8, 1, small), (64, 2, 0.0)]:
            shift = float(np.floor(shift * 2**20) / 2**20)
            a = {"size": n1, "seed": 11 + n1, "power": 1, "shift": 0.0, "places": places}
            b = {"size": n2, "seed": 977 + n2, "power": power, "shift": shift, "places": places}
            result = stats.ks_2samp(made(**a), made(**b))
            cases.append({"a": a, "b": b, "statistic": float(result.statistic), "p": float(result.pvalue)})
    tail = [{"n": n, "d": d, "p": float(stats.kstwo.sf(d, n))}
            for n in (3, 10, 50, 140, 141, 500, 2000, 10000, 90000, 200000)
            for d in (float(c / np.sqrt(n)) for c in (0.3, 0.45, 0.6, 0.868, 1.0, 1.3, 1.48, 1.6, 1.9, 2.1, 2.6)) if d < 1]
    write("kolmogorov-smirnov", {"cases": cases, "tail": tail})


def baselines():
    cases = []
    for values in ([1.0, 2.0, 4.0, 8.0], [2.1, 2.2, 2.05, 2.15, 9.0, 2.3, 2.0], [0, 0, 0, 1, 1, 2, 3], list(made(101, 5, 2, 0.0, 2**30))):
        v = np.array(values, dtype=float)
        q1, median, q3 = np.percentile(v, [25, 50, 75])
        cases.append({"values": v.tolist(), "mean": v.mean(), "deviation": v.std(ddof=1), "lowerQuartile": q1, "median": median,
                      "upperQuartile": q3, "medianDeviation": stats.median_abs_deviation(v)})
    p = made(40, 3, 2, 0.0, 2**20)
    write("baselines", {"cases": cases, "p": p.tolist(), "benjaminiHochberg": stats.false_discovery_control(p).tolist()})


def points(rows, columns, seed, odd):
    """A dense square, and `odd` rows at the end that are spread out. In steps that a float32 holds, as scikit-learn's trees read."""
    u = np.floor(uniform(rows * columns, seed).reshape(rows, columns) * 4096) / 4096
    u[rows - odd:] = u[rows - odd:] * 4 - 1.5
    return u


def isolation_forest():
    samples = []
    for rows, columns, seed, odd in [(600, 3, 21, 12), (400, 2, 22, 20), (1000, 4, 23, 10)]:
        x = points(rows, columns, seed, odd)
        score = -IsolationForest(random_state=42).fit(x).score_samples(x)
        odd_rows = np.arange(rows) >= rows - odd
        # How alike two forests of scikit-learn itself are that differ in the seed alone: nothing else may be asked of ours.
        others = [stats.spearmanr(score, -IsolationForest(random_state=s).fit(x).score_samples(x)).statistic for s in range(12)]
        samples.append({"rows": rows, "columns": columns, "seed": seed, "odd": odd, "scores": np.round(score, 6).tolist(),
                        "auc": roc_auc_score(odd_rows, score), "betweenSeeds": {"least": min(others), "mean": float(np.mean(others))}})
    x = points(300, 3, 24, 10)
    forest = IsolationForest(n_estimators=8, max_samples=64, random_state=42).fit(x)
    trees = []
    for tree in (e.tree_ for e in forest.estimators_):
        trees.append({"feature": np.maximum(tree.feature, -1).tolist(), "threshold": tree.threshold.tolist(),
                      "left": tree.children_left.tolist(), "right": tree.children_right.tolist(), "size": tree.n_node_samples.tolist()})
    write("isolation-forest", {"samples": samples, "trees": {"rows": 300, "columns": 3, "seed": 24, "odd": 10, "subsample": 64,
          "trees": trees, "scores": (-forest.score_samples(x)).tolist()}})


def dbscan():
    cases = []
    for rows, columns, seed, odd, eps, fewest in [(300, 2, 31, 30, 0.05, 5), (300, 2, 32, 60, 0.09, 4), (400, 3, 33, 40, 0.12, 5),
                                                  (400, 4, 34, 40, 0.22, 6), (200, 1, 35, 40, 0.004, 3), (250, 5, 36, 25, 0.35, 5),
                                                  (3000, 2, 37, 300, 0.03, 8)]:
        x = points(rows, columns, seed, odd)
        fitted = DBSCAN(eps=eps, min_samples=fewest).fit(x)
        cases.append({"rows": rows, "columns": columns, "seed": seed, "odd": odd, "distance": eps, "fewest": fewest,
                      "labels": fitted.labels_.tolist(), "core": len(fitted.core_sample_indices_)})
    # Rows on a lattice whose step is eps: every distance lies on the limit, and most rows are at the border of two clusters.
    x = np.floor(uniform(400, 38).reshape(200, 2) * 24)
    fitted = DBSCAN(eps=1.0, min_samples=4).fit(x)
    write("dbscan", {"cases": cases, "lattice": {"points": x.ravel().astype(int).tolist(), "labels": fitted.labels_.tolist()}})


baselines()
kolmogorov_smirnov()
isolation_forest()
dbscan()
