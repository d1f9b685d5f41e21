#!/bin/sh
# MLflow takes its secrets from the environment alone: they are files until here.
set -eu
AWS_ACCESS_KEY_ID="$(cat /run/secrets/s3_access_key_id)"
AWS_SECRET_ACCESS_KEY="$(cat /run/secrets/s3_secret_access_key)"
MLFLOW_BACKEND_STORE_URI="postgresql://mlflow_user:$(cat /run/secrets/mlflow_db_password)@mlflow-db:5432/mlflow"
export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY MLFLOW_BACKEND_STORE_URI
exec mlflow server --host 0.0.0.0 --port 5000 --serve-artifacts --artifacts-destination s3://football-models/mlflow-artifacts \
  --allowed-hosts 'mlflow,mlflow:5000,localhost,localhost:*,127.0.0.1,127.0.0.1:*'
