# Sanad as an image: `docker build -t sanad .`, then `docker run -p 8000:8000 -v sanad:/data sanad`.
# It holds no secret: settings come from the environment, or from files named by NAME_FILE.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /app
RUN python -m venv .venv
COPY requirements.lock .
RUN .venv/bin/python -m pip install -r requirements.lock
COPY . .
# Programmes, catalogues and assets are read from beside the code, so the code is installed where it stands.
RUN .venv/bin/python -m pip install --no-deps --no-build-isolation -e . \
    && .venv/bin/python -m compileall -q -j 0 bot console dialogs referrals

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sanad \
    && install -d -o sanad -g sanad -m 700 /data
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 SANAD_DATA=/data
COPY --from=build /app /app
WORKDIR /app
USER sanad
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["sanad", "run", "--host", "0.0.0.0", "--port", "8000"]
