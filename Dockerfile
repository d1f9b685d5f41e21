# One image for the API, the workers and the commands: which of them it is, is the command that it is given.
#   docker build --tag touchline:0.1.0 .
FROM node:20.19.5-bookworm-slim AS build
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends python3 python3-pip \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund
COPY . .
ENV TOUCHLINE_CACHE=/opt/touchline-cache
# What would be fetched or bundled at the first start: the image has it, so that its root can be read-only and no registry is asked later.
RUN npm run build && node --import tsx scripts/fill-cache.ts

FROM node:20.19.5-bookworm-slim
# pg_dump, pg_basebackup and psql of the version that compose runs, for backups and restores.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends postgresql-client-15 \
  && rm -rf /var/lib/apt/lists/*
RUN groupadd --gid 10001 touchline \
  && useradd --uid 10001 --gid touchline --no-create-home --home-dir /var/lib/touchline --shell /usr/sbin/nologin touchline \
  && install --directory --owner=touchline --group=touchline \
    /var/lib/touchline /var/lib/touchline-keys /etc/touchline-alertmanager
COPY --from=build /app /app
COPY --from=build /opt/touchline-cache /opt/touchline-cache
WORKDIR /app
ENV NODE_ENV=production \
  TOUCHLINE_HOME=/var/lib/touchline \
  TOUCHLINE_CACHE=/opt/touchline-cache \
  MALLOC_ARENA_MAX=2
# SEC-6. All that is written lies in the home, in /tmp and in /app/node_modules/.cache: volumes, where the root is read-only.
USER 10001:10001
ENTRYPOINT ["node"]
CMD ["bin/touchline.js", "--help"]
