drop view v_interpolated_prices;
