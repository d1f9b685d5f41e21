drop table provider_health;
