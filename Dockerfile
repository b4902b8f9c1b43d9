# The server as an image: the sources as they are, the packages they import, and the pages, which alone are built.
# Node has the exact version that package-lock.json has; why no digest stands here is in compose.yaml.

FROM node:26.10.0-slim AS pages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages packages
COPY docs docs
RUN npm ci --omit=dev --ignore-scripts && npm run build -w packages/web

FROM node:26.10.0-slim AS install
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/contract/package.json packages/contract/
COPY packages/server/package.json packages/server/
COPY packages/client/package.json packages/client/
COPY packages/web/package.json packages/web/
# The optional packages hold what makes images, a Node and a bundler; this image has a Node of its own, and the pages are
# built.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/node-linux-* node_modules/.bin/node node_modules/@esbuild
COPY LICENSE ./
COPY packages packages
COPY --from=pages /app/packages/web/dist packages/web/dist

FROM node:26.10.0-slim
WORKDIR /app
# Nobody but root can write in /app: the server needs no file of its own but those in DATA_DIR.
COPY --from=install /app /app
RUN install -d -m 0700 -o 1000 -g 1000 /var/lib/aislechat
ENV AISLECHAT_ENV=production HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/aislechat
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/readyz').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a shell between, so that SIGTERM reaches the server.
ENTRYPOINT ["node", "--max-semi-space-size=16", "--heap-growing-percent=40", "packages/server/bin/aislechat.js"]
CMD ["serve"]
