# One service: docker build --build-arg SERVICE=calibrator -t cpcs-calibrator .
# The operator's commands: docker build --target operate -t cpcs-operate .
# An image of a service holds that service, shared/ and its own dependencies alone.
FROM node:24-bookworm AS static
WORKDIR /app
COPY requirements/static/ requirements/static/
COPY stack/vendor.py stack/vendor.py
RUN python3 stack/vendor.py

FROM gcc:12-bookworm AS compiled
WORKDIR /app
COPY stack/compile.sh stack/compile.sh
COPY shared/compiled/ shared/compiled/
COPY services/ services/
RUN for each in services/*/domain/compiled; do stack/compile.sh "$each"; done

FROM python:3.11-slim-bookworm AS python
# The root of a container cannot be written: bytecode is compiled here, once.
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app \
    OPENBLAS_NUM_THREADS=1 CPCS_DATA_DIR=/data CPCS_LOG_FORMAT=json \
    MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=16777216
WORKDIR /app
RUN useradd --system --uid 1000 cpcs && mkdir /data && chown 1000 /data

FROM python AS operate
COPY requirements/operate.txt requirements.txt
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY shared/ shared/
COPY stack/ stack/
COPY operate/ operate/
COPY --from=compiled /app/services/ services/
RUN python -m compileall -q /app /usr/local/lib/python3.11/site-packages
USER 1000
VOLUME /data
ENTRYPOINT ["python", "-m", "operate"]

FROM python AS service
ARG SERVICE
ENV SERVICE=${SERVICE}
# EXTRA=hats: a catalog whose surveys are HATS archives
ARG EXTRA=
COPY requirements/ requirements/
RUN pip install --no-cache-dir --require-hashes -r "requirements/$SERVICE.txt" \
      ${EXTRA:+-r "requirements/$EXTRA.txt"} && rm -r requirements
COPY shared/ shared/
COPY services/__init__.py services/
COPY --from=compiled /app/services/${SERVICE}/ services/${SERVICE}/
COPY --from=static /app/services/gateway/static/vendor/ services/gateway/static/vendor/
RUN [ "$SERVICE" = gateway ] || rm -rf services/gateway; \
    python -m compileall -q /app /usr/local/lib/python3.11/site-packages
USER 1000
VOLUME /data
HEALTHCHECK --interval=10s --timeout=6s --start-period=60s \
  CMD ["sh", "-c", "exec python -S -m shared.healthcheck $SERVICE"]
CMD ["sh", "-c", "exec python -m services.$SERVICE"]
