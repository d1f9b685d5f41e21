"""Asks a registered model in Python, with nothing but its own files, and holds the answers against those of Touchline.

    python scripts/artefact/prove_artefact.py <folder> [--tolerance 1e-6]

The folder holds a version's model.json and boosters, and sample.json: rows of features by name (null where unknown), the market's chances, and what
Touchline said of each. The boosters are files of XGBoost 0.90, which 1.7.6 reads (3.x refuses). Prints one JSON document; exit code 1 where a chance differs by more.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import xgboost

# No opinion counts as surer than this that something will not come.
LEAST_CHANCE = 1e-12
MISSING = np.float32(-1)
# A feature that is -1 indeed was told apart by one step of a float when the trees were grown.
NEXT_TO_MISSING = np.float32(-1 + 2**-24)


def matrix(rows, features):
    values = np.array(
        [[np.nan if row[name] is None else row[name] for name in features] for row in rows], dtype=np.float32
    )
    return np.where(values == MISSING, NEXT_TO_MISSING, values)


def boosted(folder, card, rows):
    booster = xgboost.Booster(model_file=str(folder / card["file"]))
    # NaN is what Python calls missing; the file itself knows no marker, only which way a missing value goes.
    data = xgboost.DMatrix(matrix(rows, card["features"]), missing=np.nan)
    chances = booster.predict(data).astype(np.float64).reshape(len(rows), 3)
    return chances / chances.sum(axis=1, keepdims=True)


def regressed(model, rows):
    values = matrix_of_known(rows, model)
    weights = np.array(model["weights"]).reshape(3, len(model["features"]) + 1)
    scores = values @ weights[:, :-1].T + weights[:, -1]
    return softmax(scores)


def matrix_of_known(rows, model):
    means, deviations = np.array(model["means"]), np.array(model["deviations"])
    values = np.array(
        [[np.nan if row[name] is None else np.float32(row[name]) for name in model["features"]] for row in rows],
        dtype=np.float64,
    )
    return np.where(np.isnan(values), 0.0, (values - means) / deviations)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def pooled(opinions, weights):
    return softmax(sum(weight * np.log(np.maximum(opinion, LEAST_CHANCE)) for opinion, weight in zip(opinions, weights)))


def answers(folder, model, sample):
    """What the files say, by what was asked."""
    said = {}
    rows = sample["rows"]
    without = model["withoutPrices"]
    alone = boosted(folder, without["booster"], rows)
    said["withoutPrices.booster"] = alone
    said["withoutPrices"] = pooled(
        [alone, regressed(without["logistic"], rows)],
        [without["weights"]["booster"], without["weights"]["logistic"]],
    )
    if model["withPrices"] is not None:
        card = model["withPrices"]
        alone = boosted(folder, card["booster"], rows)
        said["withPrices.booster"] = alone
        said["withPrices"] = pooled(
            [alone, np.array(sample["market"])], [card["weights"]["booster"], card["weights"]["market"]]
        )
    return said


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--tolerance", type=float, default=1e-6)
    given = parser.parse_args()
    # It would tell on stdout that the file is from before 1.0.
    xgboost.set_config(verbosity=0)
    model = json.loads((given.folder / "model.json").read_text())
    sample = json.loads((given.folder / "sample.json").read_text())
    differences = {
        name: float(np.abs(chances - np.array(sample["said"][name])).max())
        for name, chances in answers(given.folder, model, sample).items()
    }
    equal = set(differences) == set(sample["said"]) and all(
        difference <= given.tolerance for difference in differences.values()
    )
    print(
        json.dumps(
            {
                "xgboost": xgboost.__version__,
                "classOrder": model["classOrder"],
                "rows": len(sample["rows"]),
                "tolerance": given.tolerance,
                "differences": differences,
                "equal": equal,
            }
        )
    )
    return 0 if equal else 1


if __name__ == "__main__":
    sys.exit(main())
