drop table price_news;
