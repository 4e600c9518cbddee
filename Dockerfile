# One service: docker build --build-arg SERVICE=calibrator -t cpcs-calibrator .
# The image holds that service, shared/ and the service's own dependency group.
FROM node:20-bookworm-slim AS static
RUN apt-get update && apt-get install -y --no-install-recommends python3
WORKDIR /app
COPY requirements/static/ requirements/static/
COPY stack/vendor.py stack/vendor.py
RUN python3 stack/vendor.py

FROM gcc:12-bookworm AS compiled
WORKDIR /app
COPY stack/compile.sh stack/compile.sh
COPY services/ services/
RUN for each in services/*/domain/compiled; do stack/compile.sh "$each"; done

FROM python:3.11-slim-bookworm
ARG SERVICE
ENV SERVICE=${SERVICE} PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    OPENBLAS_NUM_THREADS=1 CPCS_DATA_DIR=/data CPCS_LOG_FORMAT=json
WORKDIR /app
COPY requirements/${SERVICE}.txt requirements.txt
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY shared/ shared/
COPY services/__init__.py services/
COPY --from=compiled /app/services/${SERVICE}/ services/${SERVICE}/
COPY --from=static /app/services/gateway/static/vendor/ services/gateway/static/vendor/
RUN [ "$SERVICE" = gateway ] || rm -rf services/gateway
RUN useradd --system --uid 1000 cpcs && mkdir /data && chown cpcs /data
USER cpcs
VOLUME /data
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s \
  CMD python -S -m shared.healthcheck ${SERVICE}
CMD exec python -m services.${SERVICE}
