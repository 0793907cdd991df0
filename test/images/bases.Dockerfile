# What compose.yaml takes from registries of images, made of Debian's packages and npm's: see make-bases.ts, which lays out the context.
FROM scratch AS debian
ADD debian.tar /
# A machine behind a gateway of its own trusts that gateway; so has to whatever is installed here.
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt DEBIAN_FRONTEND=noninteractive

FROM debian AS node
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && useradd --uid 1000 --create-home node

FROM debian AS redis
RUN apt-get update && apt-get install -y --no-install-recommends redis-server && rm -r /var/lib/apt/lists/* \
 && mkdir /data && chown redis:redis /data
WORKDIR /data

FROM debian AS postgres
RUN apt-get update && apt-get install -y --no-install-recommends postgresql && rm -r /var/lib/apt/lists/* \
 && ln -s /usr/lib/postgresql/*/bin/* /usr/local/bin/ && mkdir -p /var/lib/postgresql/data \
 && chown postgres:postgres /var/lib/postgresql/data && chmod 700 /var/lib/postgresql/data && chmod 3777 /run/postgresql
ENV PGDATA=/var/lib/postgresql/data
COPY postgres-entrypoint.sh /usr/local/bin/
ENTRYPOINT ["sh", "/usr/local/bin/postgres-entrypoint.sh"]

FROM node AS s3rver
RUN npm install --global s3rver@3.7.1 && mkdir /data

# Only where its program is given, as it comes from neither npm nor Debian.
FROM debian AS versitygw
RUN apt-get update && apt-get install -y --no-install-recommends wget && rm -r /var/lib/apt/lists/*
COPY versitygw /usr/local/bin/versitygw
