# The service on Node.js 24, which runs the TypeScript as it stands: there is no build step.
# PostgreSQL is not in here. Set DATABASE_URL, and MERCHANTS_FILE to where the merchants file is mounted.

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
# No package needs an install script in production.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
LABEL org.opencontainers.image.title="masonhub-loop" \
      org.opencontainers.image.description="Joins Loop Returns to MasonHub: a return becomes an RMA, its receipt becomes a refund or a flag."
ENV NODE_ENV=production
# Otherwise each of Node's threads keeps memory of its own that it no longer needs.
ENV MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json ./
COPY migrations ./migrations
COPY src ./src

# The files belong to root, so the service can read them and change none.
USER node
EXPOSE 3000
STOPSIGNAL SIGTERM

# Live, not ready: a database that is away for a while is no reason to replace this container.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "src/healthcheck.ts"]

# No shell and no npm in between: the signal to stop reaches the service itself.
# The limits of `npm start`: without them Node takes more memory before it collects garbage.
CMD ["node", "--max-semi-space-size=16", "--max-old-space-size=512", "src/main.js"]
