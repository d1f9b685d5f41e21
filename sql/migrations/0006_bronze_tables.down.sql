drop table raw_weather_data;
drop table raw_injuries_data;
drop table raw_lineups_data;
drop table raw_scores_data;
drop table raw_odds_data;
