"""FEAT-5, FEAT-6 and FEAT-7 of every match, by Polars, from exported Parquet: results as they are known now, no known time.

    python gold_polars.py <folder of an export> <folder for the answer> <threads>

Prints the seconds that reading and computing took, and the rows of each. The answer is written after that: what is measured beside it keeps its tables in memory.
"""
import json
import os
import sys
import time

export, out, threads = sys.argv[1:4]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl  # noqa: E402  (it reads the number of its threads when it is imported)

began = time.perf_counter()

matches = (
    pl.scan_parquet(f"{export}/silver/matches/**/*.parquet", hive_partitioning=False)
    .select("id", "match_time", "match_status", "source_present", "home_team_id", "away_team_id", "home_score", "away_score")
    .collect()
    .sort("match_time", "id")
)
played = (pl.col("match_status") == "completed") & pl.col("source_present")


def side(team: str, other: str, at_home: bool) -> pl.DataFrame:
    goals = [pl.when(played).then(pl.col(f"{name}_score")) for name in (team, other)]
    return matches.select(
        pl.col("id").alias("match_id"),
        "match_time",
        pl.col(f"{team}_team_id").alias("team_id"),
        pl.lit(at_home).alias("at_home"),
        goals[0].alias("gf"),
        goals[1].alias("ga"),
    )


games = pl.concat([side("home", "away", True), side("away", "home", False)]).sort("team_id", "match_time", "match_id")
won, drawn, lost = pl.col("gf") > pl.col("ga"), pl.col("gf") == pl.col("ga"), pl.col("gf") < pl.col("ga")
counted = {
    "recent_5_wins": won.cast(pl.Int32),
    "recent_5_draws": drawn.cast(pl.Int32),
    "recent_5_losses": lost.cast(pl.Int32),
    "recent_5_goals_for": pl.col("gf"),
    "recent_5_goals_against": pl.col("ga"),
    "recent_5_home_wins": (won & pl.col("at_home")).cast(pl.Int32),
    "recent_5_away_wins": (won & ~pl.col("at_home")).cast(pl.Int32),
    "recent_5_home_goals_for": pl.when(pl.col("at_home")).then(pl.col("gf")).otherwise(0),
    "recent_5_away_goals_for": pl.when(~pl.col("at_home")).then(pl.col("gf")).otherwise(0),
}
form = games.with_columns(
    value.shift(1).rolling_sum(5, min_samples=1).over("team_id").fill_null(0).alias(name) for name, value in counted.items()
).with_columns(
    (3 * pl.col("recent_5_wins") + pl.col("recent_5_draws")).alias("recent_5_points"),
    (
        pl.col("recent_5_wins")
        / (pl.col("recent_5_wins") + pl.col("recent_5_draws") + pl.col("recent_5_losses"))
    ).fill_nan(0.0).alias("recent_5_win_rate"),
)

low_is_home = pl.col("home_team_id") < pl.col("away_team_id")
pairs = matches.select(
    pl.col("id").alias("match_id"),
    pl.min_horizontal("home_team_id", "away_team_id").alias("low"),
    pl.max_horizontal("home_team_id", "away_team_id").alias("high"),
    low_is_home.alias("low_is_home"),
    pl.when(played).then(pl.when(low_is_home).then("home_score").otherwise("away_score")).alias("low_goals"),
    pl.when(played).then(pl.when(low_is_home).then("away_score").otherwise("home_score")).alias("high_goals"),
)
low_won, high_won = pl.col("low_goals") > pl.col("high_goals"), pl.col("low_goals") < pl.col("high_goals")
level = pl.col("low_goals") == pl.col("high_goals")
totals = {
    "meetings": pl.col("low_goals").is_not_null().cast(pl.Int32),
    "low_wins": low_won.cast(pl.Int32).fill_null(0),
    "high_wins": high_won.cast(pl.Int32).fill_null(0),
    "draws": level.cast(pl.Int32).fill_null(0),
    "low_total": pl.col("low_goals").fill_null(0),
    "high_total": pl.col("high_goals").fill_null(0),
}
recent = {"low_recent": totals["low_wins"], "high_recent": totals["high_wins"], "recent_draws": totals["draws"]}
together = ["low", "high"]
h2h = pairs.with_columns(
    *(value.shift(1).cum_sum().over(together).fill_null(0).alias(name) for name, value in totals.items()),
    *(value.shift(1).rolling_sum(5, min_samples=1).over(together).fill_null(0).alias(name) for name, value in recent.items()),
)
home, away = (lambda name: pl.when("low_is_home").then(f"low_{name}").otherwise(f"high_{name}")), (
    lambda name: pl.when("low_is_home").then(f"high_{name}").otherwise(f"low_{name}")
)
h2h = h2h.select(
    "match_id",
    pl.col("meetings").alias("h2h_total_matches"),
    home("wins").alias("h2h_home_wins"),
    away("wins").alias("h2h_away_wins"),
    pl.col("draws").alias("h2h_draws"),
    home("total").alias("h2h_home_goals_total"),
    away("total").alias("h2h_away_goals_total"),
    home("recent").alias("h2h_recent_5_home_wins"),
    away("recent").alias("h2h_recent_5_away_wins"),
    pl.col("recent_draws").alias("h2h_recent_5_draws"),
    ((pl.col("low_total") + pl.col("high_total")) / pl.col("meetings")).fill_nan(0.0).alias("h2h_goals_avg"),
)

quotes = (
    pl.scan_parquet(f"{export}/silver/odds/**/*.parquet", hive_partitioning=False)
    .filter(
        (pl.col("market_type") == "1x2")
        & (pl.col("quote_kind") == "book")
        & (pl.col("price_phase") == "prematch")
        & ~pl.col("suspicious_odds")
    )
    .select("match_id", "bookmaker", "collected_at", "recorded_at", *(pl.col(f"{leg}_odds").cast(pl.Float64) for leg in ("home", "draw", "away")))
    .collect()
    .sort("collected_at", "recorded_at")
    .unique(["match_id", "bookmaker"], keep="last")
    .drop_nulls()
)
legs = ("home", "draw", "away")
odds = (
    quotes.group_by("match_id")
    .agg(
        *(pl.col(f"{leg}_odds").mean().alias(f"{leg}_odds_avg") for leg in legs),
        *((1 / pl.col(f"{leg}_odds")).std(ddof=0).truediv((1 / pl.col(f"{leg}_odds")).mean()).alias(f"{leg}_cv") for leg in legs),
        pl.len().alias("bookmaker_count"),
    )
    .with_columns((1 / pl.col(f"{leg}_odds_avg")).alias(f"{leg}_implied_probability") for leg in legs)
    .with_columns(
        pl.when(pl.col("bookmaker_count") > 1)
        .then(1 - pl.mean_horizontal(*(f"{leg}_cv" for leg in legs)))
        .alias("bookmaker_consensus"),
        pl.sum_horizontal(*(f"{leg}_implied_probability" for leg in legs)).alias("market_efficiency"),
    )
)
seconds = time.perf_counter() - began
for name, table in (("form", form), ("h2h", h2h), ("odds", odds)):
    table.write_parquet(f"{out}/{name}.parquet")
print(json.dumps({"seconds": seconds, "form": form.height, "h2h": h2h.height, "odds": odds.height}))
