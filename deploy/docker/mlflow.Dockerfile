# MLflow on Postgres, its artefacts in the object store, served by itself.
FROM python:3.11.13-slim-bookworm
RUN pip install --no-cache-dir mlflow==3.17.2 psycopg2-binary==2.9.11 boto3==1.40.64 \
  && useradd --uid 10001 --create-home mlflow
COPY mlflow.sh /usr/local/bin/start-mlflow
USER 10001
ENTRYPOINT ["sh", "/usr/local/bin/start-mlflow"]
